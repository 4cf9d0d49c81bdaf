import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { onInterrupt } from '../../../services/cli/interrupt.js';
import { mapOrdered } from '../../../services/cli/ordered.js';

describe('an interrupt', () => {
  it.each(['SIGINT', 'SIGTERM'])('by %s aborts once, with a reason for people', (name) => {
    const process = new EventEmitter();
    const { signal } = onInterrupt(process);
    process.emit(name, name);
    expect(signal.reason).toMatchObject({ code: 'CANCELLED', message: `Interrupted by ${name}.` });
  });

  it('ends the process at once when it comes again', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const emitter = new EventEmitter();
    onInterrupt(emitter);
    emitter.emit('SIGINT', 'SIGINT');
    expect(exit).not.toHaveBeenCalled();
    emitter.emit('SIGINT', 'SIGINT');
    expect(exit).toHaveBeenCalledWith(130);
    exit.mockRestore();
  });
});

describe('work in order', () => {
  it('keeps the order and never has more than the limit in work', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5 * (4 - item)));
      running--;
      return item;
    };
    const done: number[] = [];
    for await (const item of mapOrdered([0, 1, 2, 3, 4], 2, work)) done.push(item);
    expect(done).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('ends with the first error, in order', async () => {
    const work = (item: number): Promise<number> => Promise.reject(new Error(String(item)));
    const all = async (): Promise<void> => {
      for await (const item of mapOrdered([1, 2, 3], 3, work)) expect(item).toBeUndefined();
    };
    await expect(all()).rejects.toThrow('1');
  });
});
