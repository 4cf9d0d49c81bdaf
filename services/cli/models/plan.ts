import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { PolyFaceShape } from '../../models/polyface/shape.js';
import type { ChosenProvider } from '../../vision/runtime/providers.js';
import type { Context, Run } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { addJson, collect, decimal, providerOption, whole } from '../options.js';
import { startProgress } from '../progress.js';
import { budget } from './flops.js';
import { printText } from './print-text.js';

interface PlanFlags {
  readonly budget: number;
  readonly latency?: number;
  readonly provider?: string;
  readonly measure: boolean;
  readonly runs: number;
  readonly input?: readonly string[];
  readonly width?: readonly string[];
  readonly plot?: string;
  readonly json?: boolean;
}

const HELP = `
Enumerates depths, input sides and widths of PolyFace under the budget, and measures one network of each
side and width on this machine (each is built and run: about two seconds each and more on a slow
processor; --no-measure leaves that out). Which of them recognises best, training alone can say.

Examples:
  clipid models plan --budget 30G
  clipid models plan --budget 1G --latency 20 --plot plan.svg
  clipid models plan --budget 30G --no-measure --width 1`;

/** `clipid models plan`: architectures under a budget. */
export function planCommand(group: Command, run: Run): void {
  const command = group
    .command('plan')
    .description('which PolyFaces fit into a budget, and how fast they are here')
    .requiredOption('--budget <flops>', 'for one face: 30G', budget)
    .option('--latency <ms>', 'the longest that one face may take', decimal(0.001, 1e6))
    .addOption(providerOption())
    .option('--no-measure', 'leave the latencies out')
    .option('--runs <n>', 'of each network; the median counts', whole(1, 1000), 5)
    .option('--input <px>', 'side of the input; repeatable (default: all)', collect)
    .option('--width <factor>', 'of all channels; repeatable (default: several)', collect)
    .option('--plot <file.svg>', 'write the plot as a picture, too');
  addJson(command)
    .addHelpText('after', HELP)
    .action((flags: PlanFlags) => run((context) => plan(context, flags)));
}

async function plan({ terminal }: Context, flags: PlanFlags): Promise<ExitCode> {
  const { planPolyFace } = await import('../../models/plan/plan.js');
  const { formatPlan } = await import('../../models/plan/format.js');
  const progress = startProgress(terminal, 100, '%');
  const folder = await mkdtemp(join(tmpdir(), 'clipid-plan-'));
  try {
    const result = await planPolyFace({
      budgetFlops: flags.budget,
      ...(flags.input && { inputsPx: flags.input.map(Number) }),
      ...(flags.width && { widths: flags.width.map(Number) }),
      ...(flags.latency !== undefined && { maxLatencyMs: flags.latency }),
      ...(flags.measure && { measure: await measurer(folder, flags) }),
      onMeasured: (done, total) => progress.update((100 * done) / total, `${done} of ${total}`),
    });
    progress.stop();
    if (flags.plot !== undefined) await writePlot(flags.plot, result);
    const text = formatPlan(result);
    if (flags.json === true) terminal.result(JSON.stringify(result));
    else printText(terminal, text, text.plot);
  } finally {
    progress.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.ok;
}

type Plan = Awaited<ReturnType<typeof import('../../models/plan/plan.js').planPolyFace>>;

async function writePlot(file: string, result: Plan): Promise<void> {
  const { plotOf } = await import('../../models/plan/plot.js');
  const { plotSvg } = await import('../../models/plan/plot-svg.js');
  await writeFile(file, plotSvg(plotOf(result)));
}

/** Builds a network with seeded weights and times it; a latency does not depend on the weights. */
async function measurer(
  folder: string,
  flags: PlanFlags,
): Promise<(shape: PolyFaceShape) => Promise<number>> {
  const { chooseProvider } = await import('../../vision/runtime/providers.js');
  const { provider } = await chooseProvider(loadConfig({ provider: flags.provider }).provider);
  return async (shape) => {
    const file = join(folder, 'polyface.onnx');
    await writeNetwork(file, shape);
    return latencyOf(file, provider, flags.runs);
  };
}

async function writeNetwork(file: string, shape: PolyFaceShape): Promise<void> {
  const { buildPolyFace } = await import('../../models/polyface/polyface-graph.js');
  const { seededParameters } = await import('../../models/seeded-parameters.js');
  const options = { mirror: false, precision: 'fp32' } as const;
  await writeFile(file, buildPolyFace(seededParameters(1), shape, options));
}

async function latencyOf(file: string, provider: ChosenProvider, runs: number): Promise<number> {
  const { measureLatencyMs } = await import('../../vision/runtime/measure-latency.js');
  const { GRAPH_PIXELS } = await import('../../models/onnx/pixels.js');
  const paths = { path: file, int8Path: null };
  const spec = { name: 'embedder', ...paths, input: GRAPH_PIXELS, outputNames: null } as const;
  const size = { widthPx: 112, heightPx: 112 };
  const options = { provider, threads: availableParallelism(), runs };
  return measureLatencyMs({ ...spec, ...size }, options);
}
