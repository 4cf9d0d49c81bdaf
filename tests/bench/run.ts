/**
 * How fast clips go through the first stage, against what limits it: `make bench [CLIPS=<files>]`.
 * The limit is the larger of ffmpeg's own decode time and the time of the inferences alone divided by
 * the cores, both measured in the same run. Without a clip, one of the demo's is used.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import { loadConfig } from '../../services/config.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { createVideo } from '../../services/video/create-video.js';
import { ffmpegAloneMs, NetworksAlone } from './limits.js';
import { loopDelayDuring, repeat, show, spread } from './measure.js';
import { Pipeline, type Pass } from './pipeline.js';
import { ingestOnce } from './service.js';

const RUNS = 5;
const SERVICE_RUNS = 3;
const FRAMES_PER_SECOND = 8;

const clips = process.argv.slice(2).map((path) => resolve(path));
if (clips.length === 0 || !clips.every((clip) => existsSync(clip))) {
  process.stderr.write('usage: node dist/tests/bench/run.js <clip>...   (or: make bench)\n');
  process.exit(2);
}
const config = loadConfig();
const bundle = await prepareDefaultBundle(resolve(config.models, 'default'));
const video = await createVideo({
  policy: { allowedFolders: 'any', allowedHosts: [], maxBytes: config.maxClipBytes },
});
const cores = availableParallelism();
const networks = await NetworksAlone.load(bundle);
const pipeline = await Pipeline.start(bundle, video, cores);
process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cores} cores; Node ${process.version}; ` +
    `ffmpeg ${video.tools.ffmpeg.version}; bundle ${bundle.bundleId}; ${RUNS} runs, median (least to most)\n`,
);
for (const clip of clips) await benchClip(clip);
await pipeline.vision.close();
for (const clip of clips) await benchService(clip);

/** The same clips through the whole service, each into a store of its own. */
async function benchService(clip: string): Promise<void> {
  const runs = await repeat(SERVICE_RUNS, () => ingestOnce(clip));
  const of = (value: (run: (typeof runs)[number]) => number, digits: number): string =>
    show(spread(runs.map(value)), digits);
  process.stdout.write(
    `\n${basename(clip)} through the service, ${SERVICE_RUNS} runs\n` +
      `  wall time, ms                ${of(({ wallMs }) => wallMs, 0)}\n` +
      `  event loop delay p99, ms     ${of(({ p99Ms }) => p99Ms, 1)}\n` +
      `  event loop delay worst, ms   ${of(({ maxMs }) => maxMs, 1)}\n`,
  );
}

/** The runs of the three alternate, so that a machine that slows down slows all of them. */
async function benchClip(clip: string): Promise<void> {
  const first = await pipeline.run(clip, FRAMES_PER_SECOND);
  const runs = await repeat(RUNS, async () => ({
    decodeMs: await ffmpegAloneMs(video.tools.ffmpeg.path, clip, FRAMES_PER_SECOND),
    networksMs: (await networks.totalMs(first)) / cores,
    ...(await watched(clip)),
  }));
  report(clip, first, runs);
}

type Run = Awaited<ReturnType<typeof watched>> & { decodeMs: number; networksMs: number };

async function watched(clip: string): Promise<{ pass: Pass; p99Ms: number; maxMs: number }> {
  let pass: Pass | undefined;
  const delay = await loopDelayDuring(async () => {
    pass = await pipeline.run(clip, FRAMES_PER_SECOND);
  });
  if (pass === undefined) throw new Error('the pipeline did not run');
  return { pass, ...delay };
}

function report(clip: string, first: Pass, runs: readonly Run[]): void {
  const of = (value: (run: Run) => number, digits = 2): string =>
    show(spread(runs.map(value)), digits);
  const limitMs = ({ decodeMs, networksMs }: Run): number => Math.max(decodeMs, networksMs);
  const { widthPx, heightPx, videoMs, faceCounts, tracks } = first;
  const faces = faceCounts.reduce((sum, count) => sum + count, 0);
  const lines = [
    '',
    `${basename(clip)}: ${(videoMs / 1000).toFixed(1)} s, ${widthPx}x${heightPx}, ${faceCounts.length} frames looked at, ${faces} faces, ${tracks} tracks`,
    `  video seconds per second     ${of(({ pass }) => pass.videoMs / pass.wallMs)}`,
    `  share of the limit           ${of((run) => limitMs(run) / run.pass.wallMs)}`,
    `  wall time, ms                ${of(({ pass }) => pass.wallMs, 0)}`,
    `  limit: ffmpeg alone, ms      ${of(({ decodeMs }) => decodeMs, 0)}`,
    `  limit: networks / cores, ms  ${of(({ networksMs }) => networksMs, 0)}`,
    ...stageLines(runs, cores),
    `  event loop delay p99, ms     ${of(({ p99Ms }) => p99Ms, 1)}`,
    `  event loop delay worst, ms   ${of(({ maxMs }) => maxMs, 1)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Where the workers' time goes; decode and tracking run beside them. */
function stageLines(runs: readonly Run[], workers: number): string[] {
  return (['detect', 'align', 'embed', 'score'] as const).map((stage) => {
    const share = spread(
      runs.map(({ pass }) => (100 * pass.stageMs[stage]) / (workers * pass.wallMs)),
    );
    return `  ${stage.padEnd(8)} % of workers' time  ${show(share, 1)}`;
  });
}
