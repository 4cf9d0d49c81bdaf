import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_BATCH_RULES } from '../../../services/vision/device/batch-plan.js';
import { DeviceLoop } from '../../../services/vision/device/device-loop.js';
import type { BatchReport } from '../../../services/vision/device/device-protocol.js';
import { openNetworks } from '../../../services/vision/runtime/local-runner.js';
import { type NetworkName, networkSpecs } from '../../../services/vision/runtime/network-runner.js';
import type { Network } from '../../../services/vision/runtime/networks.js';
import { FACE_PX, type TinyBundle, tinyBundle } from '../../contract/network-runner-bundle.js';

const FACE_VALUES = 3 * FACE_PX ** 2;
const RULES = { ...DEFAULT_BATCH_RULES, sizes: [1, 4, 16] };

let tiny: TinyBundle;
let networks: Map<NetworkName, Network>;
let reports: BatchReport[];
let broken: number;
let loop: DeviceLoop;
beforeAll(async () => {
  tiny = await tinyBundle();
  networks = await openNetworks(networkSpecs(tiny.bundle), { provider: 'cpu', threads: 1 });
});
beforeEach(() => {
  [reports, broken] = [[], 0];
  const on = {
    batch: (one: BatchReport) => reports.push(one),
    broken: () => (broken += 1),
  };
  loop = new DeviceLoop(networks, RULES, on);
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => tiny.remove());

const run = (name: NetworkName, count: number) =>
  loop.run(name, new Float32Array(count * FACE_VALUES).fill(count), count);

/** What every session is made of; its type tells of the factory only. */
const { prototype: sessions } = InferenceSession as unknown as { prototype: InferenceSession };

/** The batch of every run that reaches a session, whatever the layers above say of it. */
function recordBatches(): () => number[] {
  const inputs = recordInputs();
  return () => inputs().map((tensor) => tensor.dims[0] ?? -1);
}

function recordInputs(): () => Tensor[] {
  const spy = vi.spyOn(sessions, 'run');
  return () =>
    spy.mock.calls.flatMap(([feeds]) => Object.values<Tensor>(feeds as Record<string, Tensor>));
}

describe('what reaches the session', () => {
  it('has one of the few sizes, however many pictures come from however many callers', async () => {
    const batches = recordBatches();
    for (let round = 1; round <= 20; round++)
      await Promise.all(Array.from({ length: round % 6 }, (_, i) => run('embedder', 1 + 3 * i)));
    expect(new Set(batches())).toEqual(new Set(RULES.sizes));
    expect(reports.map((report) => report.size)).toEqual(batches());
  });

  it('is one batch for those who ask at the same time', async () => {
    const batches = recordBatches();
    const first = run('embedder', 1);
    await Promise.all([first, ...Array.from({ length: 4 }, () => run('embedder', 3))]);
    expect(batches()).toEqual([1, 16]);
    expect(reports.at(-1)).toMatchObject({ network: 'embedder', size: 16, blank: 4 });
  });

  it('has the one batch of a graph that is made for it', async () => {
    const batches = recordBatches();
    await run('quality', 3);
    expect(batches()).toEqual([1, 1, 1]);
  });

  it('is blank where a batch is not full, after a fuller one of the same size', async () => {
    await run('embedder', 4);
    const inputs = recordInputs();
    await Promise.all([run('embedder', 1), run('embedder', 1), run('embedder', 1)]);
    const last = [...((inputs().at(-1)?.data ?? []) as Float32Array)];
    expect(last).toHaveLength(4 * FACE_VALUES);
    expect(last.slice(0, 2 * FACE_VALUES).every((value) => value === 1)).toBe(true);
    expect(last.slice(3 * FACE_VALUES).every((value) => value === 0)).toBe(true);
  });
});

describe('a run that fails', () => {
  it('fails those whose pictures were in it, and nobody else', async () => {
    vi.spyOn(sessions, 'run').mockRejectedValueOnce(new Error('lost'));
    const failing = run('embedder', 20);
    const other = run('quality', 1);
    await expect(failing).rejects.toMatchObject({ code: 'MODEL_FAILED', canRetry: true });
    expect(await other).toHaveLength(1);
    expect(await run('embedder', 2)).toHaveLength(1);
    expect(broken).toBe(0);
  });

  it('again and again means that the processor is broken', async () => {
    vi.spyOn(sessions, 'run').mockRejectedValue(new Error('lost'));
    for (let i = 0; i < 3; i++)
      await expect(run('embedder', 1)).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    await vi.waitFor(() => expect(broken).toBe(1));
  });
});
