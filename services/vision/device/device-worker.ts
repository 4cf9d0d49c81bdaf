import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { batchSizes, DeviceLoop } from './device-loop.js';
import type {
  BatchReport,
  DeviceReply,
  DeviceRequest,
  DeviceWorkerData,
  RunReply,
  RunRequest,
} from './device-protocol.js';
import { failureOf } from '../failure.js';
import { openNetworks } from '../runtime/local-runner.js';
import { networkSpecs } from '../runtime/network-runner.js';
import type { Network } from '../runtime/networks.js';
import { blankInput } from '../runtime/pictures.js';
import { chooseProvider, type ProviderChoice } from '../runtime/providers.js';

/** The thread that owns one processor's sessions and runs them for all vision workers. */
const port = parentPort;
if (port === null) throw new Error('vision/device-worker is started as a worker thread');

const data = workerData as DeviceWorkerData;
const callers = new Set<MessagePort>();

function tell(message: DeviceReply): void {
  port?.postMessage(message);
}

/** Everything is closed and the thread ends by itself: it must not be ended inside a run. */
function end(loop: DeviceLoop | null): void {
  loop?.close();
  for (const caller of callers) caller.close();
  port?.close();
}

async function start(): Promise<{ choice: ProviderChoice; loop: DeviceLoop | null }> {
  const choice = await chooseProvider(data.provider, data.deviceId);
  if (choice.provider === 'cpu' && !data.takesCpu) return { choice, loop: null };
  const { deviceId, threads, batch } = data;
  const options = { provider: choice.provider, deviceId, threads };
  const networks = await openNetworks(networkSpecs(data.bundle), options);
  for (const network of networks.values()) await warmUp(network);
  const onBatch = (report: BatchReport): void => tell({ kind: 'batch', report });
  const loop: DeviceLoop = new DeviceLoop(networks, batch, {
    batch: onBatch,
    broken: () => end(loop),
  });
  return { choice: explained(choice, [...networks.values()]), loop };
}

/** The first run of a size plans its memory and picks its kernels; it must not fall on a clip. */
async function warmUp(network: Network): Promise<void> {
  for (const size of batchSizes(network, data.batch.sizes))
    await network.run(blankInput(network.spec, size), size);
}

function explained(choice: ProviderChoice, networks: readonly Network[]): ProviderChoice {
  const partly = networks.filter((one) => !one.isWholeOnProvider).map((one) => one.spec.name);
  if (partly.length === 0) return choice;
  return { ...choice, reason: `${choice.reason}; parts of ${partly.join(', ')} run on the cpu` };
}

function connect(loop: DeviceLoop, caller: MessagePort): void {
  callers.add(caller);
  caller.on('message', (request: RunRequest) => void answer(loop, caller, request));
  caller.on('close', () => callers.delete(caller));
}

async function answer(loop: DeviceLoop, caller: MessagePort, request: RunRequest): Promise<void> {
  const { id, network, input, count } = request;
  try {
    const outputs = await loop.run(network, input, count);
    const buffers = outputs.map(({ values }) => values.buffer as ArrayBuffer);
    caller.postMessage({ kind: 'ran', id, outputs } satisfies RunReply, buffers);
  } catch (thrown) {
    caller.postMessage({ kind: 'failed', id, failure: failureOf(thrown) } satisfies RunReply);
  }
}

try {
  const { choice, loop } = await start();
  port.on('message', (request: DeviceRequest) => {
    if (request.kind === 'close') end(loop);
    else if (loop === null) request.port.close();
    else connect(loop, request.port);
  });
  tell({ kind: 'ready', choice });
} catch (thrown) {
  tell({ kind: 'failed-to-start', failure: failureOf(thrown) });
}
