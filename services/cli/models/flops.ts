import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.js';
import { parseFlops } from '../../models/flops/units.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, collect } from '../options.js';
import type { Terminal } from '../terminal.js';
import { printText } from './print-text.js';

interface FlopsFlags {
  readonly budget?: number;
  readonly input?: readonly string[];
  readonly json?: boolean;
}
/** What was counted, and the number that a budget is for. */
interface Counted {
  readonly flops: number;
  readonly document: object;
  print(terminal: Terminal): void;
}

const HELP = `
Counted from the graph: 2 x multiply-adds of convolutions and matrix products, plus single operations.
Of a bundle the budget is for one face: the embedder and the quality net. Ends with 1 where it is over.

Examples:
  clipid models flops default
  clipid models flops polyface-qan --budget 30G
  clipid models flops net.onnx --input data=1x3x112x112`;

/** `clipid models flops`: what a network costs. */
export function flopsCommand(group: Command, run: Run): void {
  const command = group
    .command('flops')
    .description('FLOPs, parameters and memory of a graph or of a bundle')
    .argument('<onnx|bundle>', 'an .onnx file, a name in the models folder, or a folder')
    .option('--budget <flops>', 'the most that it may cost: 30G', budget)
    .option('--input <name=dims>', 'sizes that a graph leaves open; repeatable', collect);
  addJson(command)
    .addHelpText('after', HELP)
    .action((target: string, flags: FlopsFlags) => run((context) => flops(context, target, flags)));
}

async function flops({ terminal }: Context, target: string, flags: FlopsFlags): Promise<ExitCode> {
  const { formatBudget } = await import('../../models/flops/format.js');
  const counted = target.endsWith('.onnx') ? await ofGraph(target, flags) : await ofBundle(target);
  const isOver = flags.budget !== undefined && counted.flops > flags.budget;
  if (flags.json === true) {
    const verdict = flags.budget === undefined ? {} : { budget: flags.budget, isOver };
    terminal.result(JSON.stringify({ ...counted.document, ...verdict }));
  } else {
    counted.print(terminal);
    if (flags.budget !== undefined) terminal.note(formatBudget(counted.flops, flags.budget));
  }
  return isOver ? EXIT.failed : EXIT.ok;
}

async function ofGraph(file: string, { input = [] }: FlopsFlags): Promise<Counted> {
  const { MAX_MODEL_BYTES, readModelFile } = await import('../../models/onnx/read-model.js');
  const { countFlops } = await import('../../models/flops/count.js');
  const { formatFlopsReport } = await import('../../models/flops/format.js');
  const { parseInputDims } = await import('../../models/flops/input-dims.js');
  const inputDims = new Map(input.map(parseInputDims));
  const report = countFlops(await readModelFile(file, MAX_MODEL_BYTES), { inputDims });
  const print = (terminal: Terminal) => printText(terminal, formatFlopsReport(report));
  return { flops: report.flops, document: report, print };
}

async function ofBundle(bundle: string): Promise<Counted> {
  const { countBundle } = await import('../../models/flops/bundle.js');
  const { formatBundleFlops } = await import('../../models/flops/format.js');
  const { openBundle } = await import('../../models/open-bundle.js');
  const loaded = await openBundle(loadConfig({ bundle }));
  const counts = await countBundle(loaded);
  const print = (terminal: Terminal) => printText(terminal, formatBundleFlops(counts));
  return {
    flops: counts.perFaceFlops,
    document: { bundleId: loaded.bundleId, ...counts },
    print,
  };
}

/** A parser for commander. */
export function budget(text: string): number {
  try {
    return parseFlops(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
