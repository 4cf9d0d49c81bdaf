import { describe, expect, it } from 'vitest';
import { MeasuringTurns } from '../../../services/identify/measuring-turns.js';

const { signal } = new AbortController();

/** Work that ends when it is told to. */
function held() {
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  return { work: () => ended, finish };
}

describe('MeasuringTurns', () => {
  it('lets one work at a time, in order, also after one that failed', async () => {
    const turns = new MeasuringTurns();
    const log: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (name === 'a') throw new Error('a failed');
      return name;
    };
    const [a, b] = [turns.run(work('a'), signal), turns.run(work('b'), signal)];
    await expect(a).rejects.toThrow('a failed');
    expect(await b).toBe('b');
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('passes over a caller who left while waiting', async () => {
    const turns = new MeasuringTurns();
    const first = held();
    const running = turns.run(first.work, signal);
    const leaving = new AbortController();
    let began = false;
    const waiting = turns.run(() => Promise.resolve((began = true)), leaving.signal);
    leaving.abort();
    first.finish();
    await running;
    await expect(waiting).rejects.toThrow();
    expect(began).toBe(false);
  });

  it('refuses when many wait, and takes again when they are done', async () => {
    const turns = new MeasuringTurns();
    const first = held();
    const taken = [turns.run(first.work, signal)];
    for (let i = 0; i < 16; i++) taken.push(turns.run(() => Promise.resolve(), signal));
    await expect(turns.run(() => Promise.resolve(), signal)).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    first.finish();
    await Promise.all(taken);
    expect(await turns.run(() => Promise.resolve('taken'), signal)).toBe('taken');
  });
});
