import { parentPort, workerData } from 'node:worker_threads';
import type { BundleManifest } from '../models/manifest.js';
import { Analyser } from './analyser.js';
import { DeviceRunner } from './device/device-runner.js';
import { failureOf } from './failure.js';
import { LocalRunner } from './runtime/local-runner.js';
import type { NetworkRunner } from './runtime/network-runner.js';
import type { AnalyseRequest, VisionReply, VisionRequest, VisionWorkerData } from './protocol.js';

/**
 * The thread that works on frames: their pixels, and with `local` networks the sessions too, whose
 * `run` blocks it. It must never be the main one.
 */
const port = parentPort;
if (port === null) throw new Error('vision/worker is started as a worker thread, not by itself');

const { bundle, networks } = workerData as VisionWorkerData;
/** Sessions of one worker do not run side by side; frames that wait for a device do. */
const sideBySide = networks.kind === 'device';
let device: DeviceRunner | undefined;
let analyser: Analyser | undefined;
let inWork: Promise<unknown> = Promise.resolve();

function reply(message: VisionReply): void {
  port?.postMessage(message);
}

/** The thread ends by itself once it has nothing to listen to. */
function end(): void {
  device?.close();
  port?.close();
}

async function openRunner(): Promise<NetworkRunner> {
  if (networks.kind === 'local')
    return LocalRunner.open(bundle, { provider: 'cpu', threads: networks.threads });
  // Without its device this worker is of no use: it ends and is replaced.
  device = new DeviceRunner(networks.port, networks.maxWaiting, end);
  return device;
}

/** The first frame must not be slower than others: its code is compiled here, its networks are warm. */
async function warmUp(ready: Analyser, { detector }: BundleManifest): Promise<void> {
  const [graph] = detector.graphs;
  const [widthPx, heightPx] = [graph?.inputWidthPx ?? 1, graph?.inputHeightPx ?? 1];
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  await ready.analyse({ widthPx, heightPx, timestampMs: 0, pixels });
}

async function answer({ id, frame }: AnalyseRequest): Promise<void> {
  try {
    if (analyser === undefined) throw new Error('a frame came before the networks were loaded');
    reply({ kind: 'analysed', id, analysis: await analyser.analyse(frame) });
  } catch (thrown) {
    reply({ kind: 'failed', id, failure: failureOf(thrown) });
  }
}

function take(request: VisionRequest): void {
  if ('close' in request) void inWork.then(end);
  else if (sideBySide) inWork = Promise.all([inWork, answer(request)]);
  else inWork = inWork.then(() => answer(request));
}

try {
  analyser = new Analyser(await openRunner(), bundle);
  await warmUp(analyser, bundle.manifest);
  port.on('message', take);
  reply({ kind: 'ready' });
} catch (thrown) {
  reply({ kind: 'failed-to-start', failure: failureOf(thrown) });
  end();
}
