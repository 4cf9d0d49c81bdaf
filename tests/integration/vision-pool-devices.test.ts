import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../services/config.js';
import type { RgbFrame } from '../../services/core/types.js';
import type { LoadedBundle } from '../../services/models/load.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import type { BatchReport } from '../../services/vision/device/device-protocol.js';
import { DeviceThread } from '../../services/vision/device/device-thread.js';
import { VisionPool, type PoolOptions } from '../../services/vision/pool.js';
import {
  analyseCopy,
  expectSameFaces,
  frameOf,
  withOneDetector,
} from '../helpers/vision-frames.js';
import { ADA_ALONE, LOUNGE, still } from '../helpers/service-people.js';

const SIZES = [1, 2];
const SHARED: PoolOptions = {
  workers: 2,
  threadsPerWorker: 1,
  sharedCpu: true,
  batch: { sizes: SIZES },
};
let bundle: LoadedBundle;
let lounge: RgbFrame;
let ada: RgbFrame;
let opened: VisionPool[] = [];
beforeAll(async () => {
  bundle = withOneDetector(await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default')));
  lounge = await frameOf(await still(LOUNGE), 640);
  ada = await frameOf(await still(ADA_ALONE), 464);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((pool) => pool.close()));
  opened = [];
});

async function start(options: Partial<PoolOptions> = {}): Promise<VisionPool> {
  const pool = await VisionPool.start(bundle, { ...SHARED, ...options });
  opened.push(pool);
  return pool;
}

describe('a pool whose workers share one processor', () => {
  it('finds what a pool finds whose workers have their own, in fixed batches', async () => {
    const reports: BatchReport[] = [];
    const [own, shared] = [
      await start({ sharedCpu: false, workers: 1 }),
      await start({ onBatch: (report) => reports.push(report) }),
    ];
    const wanted = [await analyseCopy(own, lounge), await analyseCopy(own, ada)];
    const warmUps = reports.length;
    const frames = [lounge, ada, lounge, ada, lounge, ada, lounge, ada];
    const found = await Promise.all(frames.map((frame) => analyseCopy(shared, frame)));
    found.forEach((one, i) => {
      const expected = wanted[i % 2];
      if (expected !== undefined) expectSameFaces(one, expected);
    });
    const ran = reports.slice(warmUps);
    expect(new Set(ran.map(({ network }) => network)).size).toBeGreaterThanOrEqual(3);
    expect(ran.every(({ size, blank }) => SIZES.includes(size) && blank < size)).toBe(true);
    expect(ran.some(({ size }) => size > 1)).toBe(true);
    expect(shared.provider.provider).toBe('cpu');
    expect(shared.concurrency).toBe(8);
  });

  it('starts processor and workers anew when the processor ends, and answers again', async () => {
    const started = vi.spyOn(DeviceThread, 'start');
    const alive: number[] = [];
    const pool = await start({ onAlive: (count) => alive.push(count) });
    const device = await (started.mock.results[0]?.value as Promise<DeviceThread>);
    const working = Promise.allSettled([1, 2, 3, 4].map(() => analyseCopy(pool, lounge)));
    await device.close();
    for (const outcome of await working) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'MODEL_FAILED', canRetry: true });
    }
    await vi.waitFor(() => expect(alive.at(-1)).toBe(2), { timeout: 20_000 });
    expect(alive[0]).toBeLessThan(2);
    expect((await analyseCopy(pool, lounge)).faces).toHaveLength(3);
    expect(started).toHaveBeenCalledTimes(2);
  });

  it('answers a frame that comes while nobody is alive once somebody is', async () => {
    const started = vi.spyOn(DeviceThread, 'start');
    const pool = await start({ workers: 1 });
    const device = await (started.mock.results[0]?.value as Promise<DeviceThread>);
    await device.close();
    await vi.waitFor(() => expect(pool.alive).toBe(0));
    expect((await analyseCopy(pool, ada)).faces).toHaveLength(1);
  });
});

describe('what a pool runs on', () => {
  it.runIf(process.platform === 'linux')('is never another than what was asked for', async () => {
    await expect(start({ provider: 'coreml' })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      field: 'provider',
    });
  });

  it('is told, with the reason', async () => {
    const pool = await start({ provider: 'auto', sharedCpu: false, workers: 1 });
    expect(pool.provider.reason).toMatch(/^auto/);
    expect((await analyseCopy(pool, ada)).faces).toHaveLength(1);
  });
});
