import { basename } from 'node:path';
import { loadConfig } from '../../config.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type OutFlags, outFolder } from './out.js';
import { printBundles } from './print-bundle.js';
import { showWriting } from './show-writing.js';

const NAME = 'default-quality-net';

/** The default bundle with the quality net of `file`, and shows it. */
export async function writeQualityBundle(
  { terminal }: Context,
  file: string,
  flags: OutFlags,
): Promise<ExitCode> {
  const { openWeights } = await import('../../models/weights/checkpoint.js');
  const { fromFile, qualityWeights } = await import('../../models/paper-weights.js');
  const { openBundle } = await import('../../models/open-bundle.js');
  const { buildQualityBundle } = await import('../../models/quality-bundle.js');
  const name = flags.name ?? NAME;
  const settings = {
    ...{ name, version: '1.0.0', out: await outFolder(flags, name) },
    quality: fromFile(qualityWeights(openWeights(file)), basename(file)),
    base: await openBundle({ models: loadConfig().models, bundle: 'default' }),
  };
  const bundle = await showWriting(terminal, (onProgress) =>
    buildQualityBundle({ ...settings, onProgress }),
  );
  printBundles(terminal, [bundle], flags.json);
  return EXIT.ok;
}
