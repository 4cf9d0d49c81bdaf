import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Worker } from 'node:worker_threads';
import * as workers from '../../../../services/core/worker-url.js';
import { HnswIndexFactory } from '../../../../services/gallery/index/hnsw-index.js';
import { unitVector } from '../../../contract/store-rows.js';

const started: Worker[] = [];
vi.mock('../../../../services/core/worker-url.js', async (original) => {
  const real = await original<typeof workers>();
  const startWorker: typeof workers.startWorker = (...args) => {
    const worker = real.startWorker(...args);
    started.push(worker);
    return worker;
  };
  return { startWorker };
});

const entries = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ label: from + n, vector: unitVector(from + n, 32) }));

describe('HNSW in threads', () => {
  let factory: HnswIndexFactory;
  beforeEach(() => {
    started.length = 0;
    factory = new HnswIndexFactory({ threads: 2 });
  });
  afterEach(() => Promise.all(started.map((worker) => worker.terminate())));

  it('shares a few threads among many indexes, each with its own vectors', async () => {
    const indexes = await Promise.all([0, 1, 2, 3].map(() => factory.create(32)));
    expect(started).toHaveLength(2);
    await Promise.all(indexes.map((index, n) => index.add(entries(3, n * 10))));
    for (const [n, index] of indexes.entries()) {
      const hits = await index.search(unitVector(n * 10, 32), 10);
      expect(hits.map((hit) => hit.label).sort()).toEqual([n * 10, n * 10 + 1, n * 10 + 2]);
    }
    await Promise.all(indexes.map((index) => index.close()));
  });

  it('ends a thread with its last index, and starts another for the next', async () => {
    const index = await factory.create(32);
    await index.close();
    expect(started[0]?.threadId).toBe(-1);
    await expect(index.search(unitVector(0, 32), 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const next = await factory.create(32);
    await next.add(entries(1));
    expect(next.size()).toBe(1);
    await next.close();
  });

  it('fails what waits when its thread dies, says so from then on, and closes', async () => {
    const index = await factory.create(32);
    // A message that it cannot read: it dies by itself, between two native calls.
    started[0]?.postMessage(null);
    const waiting = index.add(entries(5000));
    const death = expect(waiting).rejects.toMatchObject({ code: 'MODEL_FAILED', canRetry: true });
    await death;
    await expect(index.search(unitVector(0, 32), 1)).rejects.toThrow(
      'The thread of the index ended',
    );
    await index.close();
    await index.close();
    const fresh = await factory.create(32);
    await fresh.add(entries(2));
    expect(fresh.size()).toBe(2);
    await fresh.close();
  });

  it('answers searches while a large add is under way', async () => {
    const index = await factory.create(32);
    await index.add(entries(10));
    let isDone = false;
    const adding = index.add(entries(3000, 10)).then(() => (isDone = true));
    const [best] = await index.search(unitVector(3, 32), 1);
    expect(best?.label).toBe(3);
    expect(isDone).toBe(false);
    await adding;
    await index.close();
  });
});
