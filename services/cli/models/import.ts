import { type Command, InvalidArgumentError, Option } from 'commander';
import { basename, resolve } from 'node:path';
import { loadConfig } from '../../config.js';
import { ClipidError } from '../../core/errors.js';
import { ALIGNER_TEMPLATES } from '../../models/manifest-parts.js';
import type { OnnxRecogniser } from '../../models/import/onnx-bundle.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, decimal, whole } from '../options.js';
import { addOut, outFolder } from './out.js';
import { addPaperOptions, storedNetworks, type PaperFlags, writePaperBundle } from './paper.js';
import { printBundles } from './print-bundle.js';
import { writeQualityBundle } from './quality.js';
import { showWriting } from './show-writing.js';

type Triple = [number, number, number];

interface ImportFlags extends PaperFlags {
  readonly colour?: 'RGB' | 'BGR';
  readonly mean?: Triple;
  readonly std?: Triple;
  readonly layout?: 'NCHW' | 'NHWC';
  readonly size?: number;
  readonly dimension?: number;
  readonly output?: string;
  readonly align: 'arcface-112' | 'dlib-150';
  readonly matched: number;
  readonly uncertain: number;
  readonly origin?: string;
}

const HELP = `
A .onnx file is a recogniser from elsewhere: its colour order, mean and std stand in no graph, so you
have to know them; --size, --layout and --dimension only where the graph leaves them open.
Everything else is a PyTorch checkpoint or safetensors file of the paper's networks, with the names of
its authors. No code in a checkpoint is ever run. A quality net alone (services/trainer makes such) is put
into the default bundle, in the place of its own.

Examples:
  clipid models import ckpt.pth.tar
  clipid models import quality.safetensors --name my-default
  clipid models import iresnet50.onnx --colour RGB --mean 127.5,127.5,127.5 --std 127.5,127.5,127.5`;

/** `clipid models import`: weights and recognisers from elsewhere. */
export function importCommand(group: Command, run: Run): void {
  const command = group
    .command('import')
    .description('weights of the paper, or an ONNX recogniser, as a bundle')
    .argument('<file>', 'checkpoint (.pth.tar), safetensors, or .onnx')
    .addOption(new Option('--colour <order>', 'of an ONNX recogniser').choices(['RGB', 'BGR']))
    .option('--mean <r,g,b>', 'what is taken from 0..255, in the order of --colour', triple)
    .option('--std <r,g,b>', 'what the rest is divided by', triple)
    .addOption(new Option('--layout <layout>', 'of the input').choices(['NCHW', 'NHWC']))
    .option('--size <px>', 'side of the input', whole(1, 8192))
    .option('--dimension <n>', 'of the feature', whole(1, 4096))
    .option('--output <name>', 'the output that is the feature, of several')
    .addOption(
      new Option('--align <template>', 'how faces are aligned')
        .choices(ALIGNER_TEMPLATES)
        .default('arcface-112'),
    )
    .option('--matched <similarity>', 'threshold to start from', decimal(-1, 1), 0.5)
    .option('--uncertain <similarity>', 'the lower one', decimal(-1, 1), 0.4)
    .option('--origin <text>', 'where the weights come from, with version and licence');
  addJson(addOut(addPaperOptions(command)))
    .addHelpText('after', HELP)
    .action((file: string, flags: ImportFlags) => run((context) => load(context, file, flags)));
}

async function load(context: Context, file: string, flags: ImportFlags): Promise<ExitCode> {
  if (file.endsWith('.onnx')) return loadOnnx(context, file, flags);
  const { openWeights } = await import('../../models/weights/checkpoint.js');
  const { holdsQualityNetAlone } = await import('../../models/paper-weights.js');
  if (holdsQualityNetAlone(openWeights(file))) return writeQualityBundle(context, file, flags);
  return writePaperBundle(context, await storedNetworks(file, flags.qualityWeights), flags);
}

async function loadOnnx(
  { terminal }: Context,
  file: string,
  flags: ImportFlags,
): Promise<ExitCode> {
  const { bundleFromOnnx } = await import('../../models/import/onnx-bundle.js');
  const { openBundle } = await import('../../models/open-bundle.js');
  const name = flags.name ?? nameOf(file);
  const recogniser = {
    ...recogniserOf(file, name, flags),
    out: await outFolder(flags, name),
    base: await openBundle({ models: loadConfig().models, bundle: 'default' }),
    replace: flags.force === true,
  };
  const bundle = await showWriting(terminal, (onProgress) =>
    bundleFromOnnx({ ...recogniser, onProgress }),
  );
  printBundles(terminal, [bundle], flags.json);
  return EXIT.ok;
}

function recogniserOf(
  file: string,
  name: string,
  flags: ImportFlags,
): Omit<OnnxRecogniser, 'out' | 'base'> {
  const { layout, size, dimension, output, align, matched, uncertain } = flags;
  return {
    onnxPath: resolve(file),
    name,
    version: '1.0.0',
    origin: flags.origin ?? basename(file),
    colour: required(flags.colour, 'colour'),
    mean: required(flags.mean, 'mean'),
    std: required(flags.std, 'std'),
    ...{ layout, inputSizePx: size, dimension, outputName: output, align },
    mirror: flags.mirror === 'batch' ? 'batch' : 'off',
    calibration: { matched, uncertain, note: 'Given at the import; not measured here.' },
  };
}

function required<T>(value: T | undefined, flag: string): T {
  if (value !== undefined) return value;
  throw new ClipidError(
    'FIELD_INVALID',
    `--${flag} is needed for an ONNX recogniser: it stands in no graph. Look at its documentation.`,
    { field: flag },
  );
}

/** `IResNet 50.onnx` -> `iresnet-50` */
function nameOf(file: string): string {
  const name = basename(file, '.onnx').toLowerCase();
  return name.replaceAll(/[^a-z0-9.-]+/g, '-').replace(/^[^a-z0-9]+/, '') || 'imported';
}

function triple(text: string): Triple {
  const values = text.split(',').map(Number);
  const [a, b, c] = values;
  if (values.length === 1 && a !== undefined && Number.isFinite(a)) return [a, a, a];
  if (values.length === 3 && values.every(Number.isFinite)) {
    return [a ?? 0, b ?? 0, c ?? 0];
  }
  throw new InvalidArgumentError('It must be one number, or three with commas: 127.5,127.5,127.5');
}
