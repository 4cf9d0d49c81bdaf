import { describe, expect, it } from 'vitest';
import { Lifecycle } from '../../../services/lifecycle.js';
import type { Logger } from '../../../services/ops/port.js';

function make(stepTimeoutMs = 1000) {
  const [closed, logged]: [string[], object[]] = [[], []];
  const write = (facts: object): void => void logged.push(facts);
  const logger = { debug: write, info: write, warn: write, error: write, fatal: write };
  const lifecycle = new Lifecycle(logger as unknown as Logger, stepTimeoutMs);
  const add = (name: string, close: () => unknown = () => undefined): void => {
    lifecycle.add(name, name, (one) => {
      closed.push(one);
      return close();
    });
  };
  return { lifecycle, add, closed, logged };
}

describe('Lifecycle', () => {
  it('closes in reverse order, each step after the one before has ended', async () => {
    const { lifecycle, add, closed } = make();
    let isOpen = true;
    add('store', () => expect(isOpen).toBe(false));
    add('server', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      isOpen = false;
    });
    await lifecycle.close();
    expect(closed).toEqual(['server', 'store']);
  });

  it('closes once, however often it is asked', async () => {
    const { lifecycle, add, closed } = make();
    add('store');
    await Promise.all([lifecycle.close(), lifecycle.close()]);
    await lifecycle.close();
    expect(closed).toEqual(['store']);
  });

  it('passes over a step that fails or hangs, and says so', async () => {
    const { lifecycle, add, closed, logged } = make(30);
    add('store');
    add('hangs', () => new Promise(() => undefined));
    add('fails', () => Promise.reject(new Error('broken')));
    add('throws', () => {
      throw new Error('broken');
    });
    await lifecycle.close();
    expect(closed).toEqual(['throws', 'fails', 'hangs', 'store']);
    expect(logged).toMatchObject([{ step: 'throws' }, { step: 'fails' }, { step: 'hangs' }]);
  });
});
