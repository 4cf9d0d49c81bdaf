import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Breakdowns } from '../../../../../services/ingest/kafka/consume/breakdowns.js';
import { SignsOfLife } from '../../../../../services/ingest/kafka/consume/signs-of-life.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('SignsOfLife', () => {
  function watched() {
    const told: boolean[] = [];
    return { told, signs: new SignsOfLife(5000, (isAlive) => told.push(isAlive)) };
  }

  it('tells once that nothing is answered, and once that it is again', () => {
    const { told, signs } = watched();
    signs.begin();
    vi.advanceTimersByTime(4000);
    signs.beat();
    vi.advanceTimersByTime(4000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([false]);
    signs.beat();
    signs.beat();
    expect(told).toEqual([false, true]);
  });

  it('says nothing while it is no member, and starts from the beginning when it is one again', () => {
    const { told, signs } = watched();
    signs.begin();
    vi.advanceTimersByTime(4900);
    signs.end();
    vi.advanceTimersByTime(60_000);
    signs.beat();
    expect(told).toEqual([]);
    signs.begin();
    vi.advanceTimersByTime(4000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(told).toEqual([false]);
  });

  it('does not take the answer of an earlier membership for one of this', () => {
    const { told, signs } = watched();
    signs.begin();
    vi.advanceTimersByTime(6000);
    signs.end();
    signs.begin();
    signs.beat();
    expect(told).toEqual([false]);
  });
});

describe('Breakdowns', () => {
  function crashesAfter(...lastedMs: readonly (number | 'not joined')[]): boolean[] {
    const breakdowns = new Breakdowns();
    return lastedMs.map((ms) => {
      if (ms !== 'not joined') {
        breakdowns.joined();
        vi.advanceTimersByTime(ms);
      }
      return breakdowns.crashed();
    });
  }

  it('give up what comes back soon after each start', () => {
    expect(crashesAfter(10, 10, 10, 10, 10)).toEqual([false, false, false, false, true]);
  });

  it('bear with brokers that are away, however long', () => {
    const away = Array.from({ length: 100 }, () => 'not joined' as const);
    expect(crashesAfter(10, 10, 10, 10, ...away)).not.toContain(true);
  });

  it('bear with what comes now and then', () => {
    const long = Array.from({ length: 100 }, () => 61_000);
    expect(crashesAfter(...long)).not.toContain(true);
    expect(crashesAfter(10, 10, 10, 61_000, 10, 10, 10)).not.toContain(true);
  });

  it('count a rebalance for no new start', () => {
    const breakdowns = new Breakdowns();
    for (let crash = 0; crash < 10; crash++) {
      for (let i = 0; i < 10; i++) {
        breakdowns.joined();
        vi.advanceTimersByTime(10_000);
      }
      expect(breakdowns.crashed()).toBe(false);
    }
  });
});
