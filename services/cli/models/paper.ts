import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { loadConfig } from '../../config.js';
import type { NetworkWeights, PaperBundle } from '../../models/paper-bundle.js';
import {
  POLYFACE_SOLUTIONS,
  type PolyFaceShape,
  type PolyFaceSolution,
} from '../../models/polyface/shape.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type OutFlags, outFolder } from './out.js';
import { printBundles } from './print-bundle.js';
import { showWriting } from './show-writing.js';

export interface PaperFlags extends OutFlags {
  readonly mirror: PaperBundle['mirror'];
  readonly fp16?: boolean;
  readonly qualityWeights?: string;
}

/** Networks with the weights that they get. */
export type PaperNetworks = Pick<PaperBundle, 'shape' | 'polyface' | 'quality'>;

export function addPaperOptions(command: Command): Command {
  const mirror = new Option('--mirror <how>', 'the mean over the mirror image, inside or not');
  return command
    .option('--quality-weights <file>', 'of the quality net, where they are in a file of their own')
    .option('--fp16', 'weights and layers in 16 bits, for GPUs')
    .addOption(mirror.choices(['off', 'batch', 'graph']).default('batch'));
}

/** The weights of a file. Throws BUNDLE_INVALID where it holds no PolyFace. */
export async function storedNetworks(
  file: string,
  qualityFile: string | undefined,
): Promise<PaperNetworks> {
  const { openWeights } = await import('../../models/weights/checkpoint.js');
  const { fromFile, paperWeights, qualityWeights } = await import('../../models/paper-weights.js');
  const { shape, polyface, quality } = paperWeights(openWeights(file));
  const scorer = qualityFile === undefined ? quality : qualityWeights(openWeights(qualityFile));
  return {
    shape,
    polyface: fromFile(polyface, basename(file)),
    quality: scorer === null ? null : fromFile(scorer, basename(qualityFile ?? file)),
  };
}

/** Weights from a seed. */
export async function seededNetworks(
  shape: PolyFaceShape,
  hasQuality: boolean,
  seed: number,
): Promise<PaperNetworks> {
  const { seededParameters } = await import('../../models/seeded-parameters.js');
  const weights = (): NetworkWeights => ({
    parameters: seededParameters(seed),
    trained: false,
    origin: `untrained, from seed ${seed}`,
  });
  return { shape, polyface: weights(), quality: hasQuality ? weights() : null };
}

/** Builds the bundle around the default one's detector, and shows it. */
export async function writePaperBundle(
  { terminal }: Context,
  networks: PaperNetworks,
  flags: PaperFlags,
): Promise<ExitCode> {
  const { openBundle } = await import('../../models/open-bundle.js');
  const { buildPaperBundle } = await import('../../models/paper-bundle.js');
  const name = flags.name ?? nameOf(networks.shape);
  const out = await outFolder(flags, name);
  const base = await openBundle({ models: loadConfig().models, bundle: 'default' });
  const settings = {
    ...{ name, version: '1.0.0', out, base, mirror: flags.mirror },
    precision: flags.fp16 === true ? 'fp16' : 'fp32',
  } as const;
  const bundle = await showWriting(terminal, (onProgress) =>
    buildPaperBundle({ ...settings, ...networks, onProgress }),
  );
  printBundles(terminal, [bundle], flags.json);
  return EXIT.ok;
}

/** Which of the paper's solutions it is, if any. */
export function solutionOf({ blocks, inputPx }: PolyFaceShape): PolyFaceSolution | undefined {
  const same = ({ blocks: { a, b, c }, inputPx: px }: PolyFaceShape): boolean =>
    a === blocks.a && b === blocks.b && c === blocks.c && px === inputPx;
  const found = Object.entries(POLYFACE_SOLUTIONS).find(([, shape]) => same(shape));
  return found?.[0] as PolyFaceSolution | undefined;
}

/** `polyface-qan`, or `polyface-1-2-1-107px`. */
function nameOf(shape: PolyFaceShape): string {
  const { blocks, inputPx } = shape;
  return solutionOf(shape) ?? `polyface-${blocks.a}-${blocks.b}-${blocks.c}-${inputPx}px`;
}
