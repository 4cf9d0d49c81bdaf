import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { toClipidError } from '../core/errors.js';
import type { BundleManifest } from '../models/manifest.js';
import { Analyser } from './analyser.js';
import { loadNetworks, runPixels, type Networks } from './networks.js';
import type { AnalyseRequest, VisionReply, VisionRequest, VisionWorkerData } from './protocol.js';

/**
 * The thread that owns the sessions. `session.run` blocks its thread until it is done, so it must
 * never be the main one; a worker takes one frame after the other.
 */
const port = parentPort;
if (port === null) throw new Error('vision/worker is started as a worker thread, not by itself');

function reply(message: VisionReply): void {
  port?.postMessage(message);
}

async function start({ bundle, threads }: VisionWorkerData): Promise<Analyser> {
  const networks = await loadNetworks(bundle, threads);
  const ready = new Analyser(networks, bundle);
  await warmUp(ready, networks, bundle.manifest);
  return ready;
}

/** The first run of a session plans its memory; it must not fall on the first clip. */
async function warmUp(
  ready: Analyser,
  networks: Networks,
  manifest: BundleManifest,
): Promise<void> {
  for (const { inputWidthPx: widthPx, inputHeightPx: heightPx } of manifest.detector.graphs) {
    const pixels = new Uint8Array(widthPx * heightPx * 3);
    await ready.analyse({ widthPx, heightPx, timestampMs: 0, pixels });
  }
  const { landmarks, embedder } = manifest;
  await runBlank(networks.landmarks, landmarks.inputSizePx, 'landmarks');
  await runBlank(networks.embedder, embedder.inputSizePx, 'feature');
}

async function runBlank(session: InferenceSession, sizePx: number, name: string): Promise<void> {
  const blank = new Uint8Array(sizePx * sizePx * 3);
  await runPixels(session, blank, [1, sizePx, sizePx, 3], [name]);
}

let analyser: Analyser | undefined;
/** One after the other: sessions of one worker do not run side by side. */
let queue = Promise.resolve();

port.on('message', (request: VisionRequest) => {
  queue = queue.then(() => ('close' in request ? port.close() : answer(request)));
});

async function answer({ id, frame }: AnalyseRequest): Promise<void> {
  try {
    if (analyser === undefined) throw new Error('a frame came before the networks were loaded');
    reply({ kind: 'analysed', id, analysis: await analyser.analyse(frame) });
  } catch (thrown) {
    const { code, message } = toClipidError(thrown);
    reply({ kind: 'failed', id, code: code === 'INTERNAL' ? 'MODEL_FAILED' : code, message });
  }
}

try {
  analyser = await start(workerData as VisionWorkerData);
  reply({ kind: 'ready' });
} catch (thrown) {
  const { code, message } = toClipidError(thrown);
  reply({ kind: 'failed-to-start', code, message });
}
