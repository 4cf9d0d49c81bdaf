import { beforeEach, describe, expect, it } from 'vitest';
import { Gatherer } from '../../../services/vision/device/batch-gatherer.js';
import type { NetworkName } from '../../../services/vision/runtime/network-runner.js';

const MAX_WAIT_MS = 5;
const SIZES = new Map<NetworkName, readonly number[]>([
  ['embedder', [1, 4, 16]],
  ['detector.0', [1, 2]],
]);
let gatherer: Gatherer<string>;
beforeEach(() => {
  gatherer = new Gatherer(SIZES, MAX_WAIT_MS);
});

/** As after a run that ended at 100 ms: the processor is in use. */
function busyUntil100(): void {
  gatherer.ranUntil(100);
}

describe('when a batch goes', () => {
  it('at once while the processor is idle', () => {
    gatherer.add('embedder', 'a', 2, 0);
    expect(gatherer.waitMs(0)).toBeLessThanOrEqual(0);
    expect(gatherer.take(0)).toEqual({
      network: 'embedder',
      size: 4,
      segments: [{ request: 'a', from: 0, count: 2 }],
      waitedMs: 0,
    });
    expect(gatherer.take(0)).toBeNull();
    expect(gatherer.waitMs(0)).toBeNull();
  });

  it('after the longest wait while it is in use, with what came until then', () => {
    busyUntil100();
    gatherer.add('embedder', 'a', 1, 98);
    gatherer.add('embedder', 'b', 1, 102.5);
    expect(gatherer.waitMs(102.5)).toBe(0.5);
    expect(gatherer.take(102.5)).toBeNull();
    expect(gatherer.take(103)).toMatchObject({ size: 4, waitedMs: 5, segments: { length: 2 } });
  });

  it('at once when what came during a run has waited long enough', () => {
    gatherer.add('embedder', 'a', 3, 60);
    busyUntil100();
    expect(gatherer.take(100)).toMatchObject({ waitedMs: 40 });
  });

  it('at once when the largest size is full', () => {
    busyUntil100();
    gatherer.add('embedder', 'a', 15, 100);
    expect(gatherer.take(100)).toBeNull();
    gatherer.add('embedder', 'b', 1, 100);
    expect(gatherer.take(100)).toMatchObject({ size: 16, waitedMs: 0 });
  });

  it('before others when its oldest picture is older, however full they are', () => {
    gatherer.add('detector.0', 'old', 1, 90);
    gatherer.add('embedder', 'many', 16, 91);
    busyUntil100();
    expect(gatherer.take(100)).toMatchObject({ network: 'detector.0' });
    expect(gatherer.take(100)).toMatchObject({ network: 'embedder' });
  });
});

describe('what a batch is made of', () => {
  it('the oldest first, a request split where the batch is full', () => {
    gatherer.add('embedder', 'a', 10, 0);
    gatherer.add('embedder', 'b', 10, 1);
    expect(gatherer.take(1)?.segments).toEqual([
      { request: 'a', from: 0, count: 10 },
      { request: 'b', from: 0, count: 6 },
    ]);
    expect(gatherer.take(1)).toMatchObject({
      size: 4,
      segments: [{ request: 'b', from: 6, count: 4 }],
    });
  });

  it('one large request over several batches', () => {
    gatherer.add('embedder', 'a', 37, 0);
    const batches = [gatherer.take(0), gatherer.take(0), gatherer.take(0), gatherer.take(0)];
    expect(batches.map((batch) => batch?.size)).toEqual([16, 16, 4, 1]);
    expect(batches.map((batch) => batch?.segments[0]?.from)).toEqual([0, 16, 32, 36]);
    expect(gatherer.take(0)).toBeNull();
  });

  it('of one network only', () => {
    gatherer.add('embedder', 'a', 1, 0);
    gatherer.add('detector.0', 'b', 1, 0);
    expect([gatherer.take(0), gatherer.take(0)].map((batch) => batch?.segments.length)).toEqual([
      1, 1,
    ]);
  });

  it('not of a request that was dropped', () => {
    gatherer.add('embedder', 'a', 20, 0);
    gatherer.add('embedder', 'b', 1, 0);
    gatherer.take(0);
    gatherer.drop('a');
    expect(gatherer.take(0)?.segments).toEqual([{ request: 'b', from: 0, count: 1 }]);
    expect(gatherer.waitMs(0)).toBeNull();
  });
});

describe('over a long time', () => {
  it('everything goes once, in its order, and no picture waits beyond the bound', () => {
    const gone: string[] = [];
    for (let nowMs = 0; nowMs < 400; nowMs++) {
      if (nowMs < 300 && nowMs % 3 === 0) gatherer.add('embedder', `${nowMs}`, 5, nowMs);
      const batch = gatherer.take(nowMs);
      if (batch === null) continue;
      expect(batch.waitedMs).toBeLessThanOrEqual(MAX_WAIT_MS);
      for (const { request, from, count } of batch.segments)
        for (let i = 0; i < count; i++) gone.push(`${request}/${from + i}`);
      gatherer.ranUntil(nowMs);
    }
    const all = Array.from({ length: 500 }, (_, i) => `${3 * Math.floor(i / 5)}/${i % 5}`);
    expect(gone).toEqual(all);
  });
});
