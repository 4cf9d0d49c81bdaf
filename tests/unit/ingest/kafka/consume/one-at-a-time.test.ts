import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OneAtATime } from '../../../../../services/ingest/kafka/consume/one-at-a-time.js';

describe('OneAtATime', () => {
  it('begins no second run where the work wants more before it first waits', async () => {
    let running = 0;
    let most = 0;
    let left = 20_000;
    const taking: OneAtATime = new OneAtATime(async () => {
      most = Math.max(most, ++running);
      if (left-- > 0) taking.want();
      await Promise.resolve();
      running--;
    });
    taking.want();
    await taking.idle();
    expect({ most, left }).toEqual({ most: 1, left: -1 });
  });

  it('runs again for what is wanted while it runs, and no more often than that', async () => {
    let runs = 0;
    const taking = new OneAtATime(async () => {
      runs++;
      await nextTurn();
    });
    taking.want();
    taking.want();
    await Promise.resolve().then(() => taking.want());
    await taking.idle();
    expect(runs).toBe(2);
  });

  it('forgets nothing that is wanted in the very moment in which it ends', async () => {
    for (let steps = 0; steps < 20; steps++) {
      let runs = 0;
      const taking = new OneAtATime(() => {
        runs++;
        return Promise.resolve();
      });
      taking.want();
      for (let step = 0; step < steps; step++) await Promise.resolve();
      const before = runs;
      taking.want();
      await nextTurn();
      expect(runs, `after ${steps} microtasks`).toBeGreaterThan(before);
    }
  });
});
