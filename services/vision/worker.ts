import { parentPort, workerData } from 'node:worker_threads';
import { toClipidError } from '../core/errors.js';
import { Analyser } from './analyser.js';
import { loadNetworks, runPixels } from './networks.js';
import type { AnalyseRequest, VisionReply, VisionWorkerData } from './protocol.js';

/**
 * The thread that owns the sessions. `session.run` blocks its thread until it is done, so it must
 * never be the main one; a worker takes one frame after the other.
 */
const port = parentPort;
if (port === null) throw new Error('vision/worker is started as a worker thread, not by itself');

function reply(message: VisionReply): void {
  port?.postMessage(message);
}

async function start(data: VisionWorkerData): Promise<Analyser> {
  const networks = await loadNetworks(data.bundle, data.threads);
  const analyser = new Analyser(networks, data.bundle);
  await warmUp(analyser, data);
  return analyser;

  // The first run of a session plans its memory; it must not fall on the first clip.
  async function warmUp(ready: Analyser, { bundle }: VisionWorkerData): Promise<void> {
    for (const graph of networks.detectors) {
      const pixels = new Uint8Array(graph.widthPx * graph.heightPx * 3);
      await ready.analyse({
        widthPx: graph.widthPx,
        heightPx: graph.heightPx,
        timestampMs: 0,
        pixels,
      });
    }
    for (const [session, sizePx] of [
      [networks.landmarks, bundle.landmarks.sizePx],
      [networks.embedder, bundle.embedder.sizePx],
    ] as const) {
      await runPixels(session, new Uint8Array(sizePx * sizePx * 3), [1, sizePx, sizePx, 3]);
    }
  }
}

let analyser: Analyser | undefined;
/** One after the other: sessions of one worker do not run side by side. */
let queue = Promise.resolve();

port.on('message', (request: AnalyseRequest) => {
  queue = queue.then(() => answer(request));
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
