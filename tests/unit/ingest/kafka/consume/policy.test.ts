import { describe, expect, it } from 'vitest';
import { TakingOrder } from '../../../../../services/ingest/kafka/consume/policy.js';
import { sourceMessage } from '../../messages/a-message.js';

interface Waiting {
  readonly name: string;
  readonly isHigh: boolean;
  readonly timestampMs: number;
}

const candidateOf = ({ name, isHigh, timestampMs }: Waiting) => {
  const partition = { topic: isHigh ? 'high' : 'normal', partition: 0 };
  return { name, partition, isHigh, message: sourceMessage({ timestampMs }) };
};

/** Takes one after the other until nothing waits; `more` come as many turns later. */
function taken(waiting: readonly Waiting[], order = new TakingOrder()): string[] {
  const left = waiting.map(candidateOf);
  const names: string[] = [];
  for (let next = order.next(left); next !== undefined; next = order.next(left)) {
    names.push(next.name);
    left.splice(left.indexOf(next), 1);
  }
  return names;
}

const normal = (name: string, timestampMs: number): Waiting => {
  return { name, isHigh: false, timestampMs };
};
const high = (name: string, timestampMs: number): Waiting => {
  return { name, isHigh: true, timestampMs };
};

describe('TakingOrder', () => {
  it('takes the older first, and of equal ones the first', () => {
    expect(taken([normal('c', 3), normal('a', 1), normal('b', 2), normal('B', 2)])).toEqual([
      'a',
      'b',
      'B',
      'c',
    ]);
  });

  it('takes what is high first, and every fourth turn whatever is oldest', () => {
    const waiting = [
      ...[1, 2, 3].map((i) => normal(`n${i}`, i)),
      ...[1, 2, 3, 4, 5, 6, 7].map((i) => high(`h${i}`, 100 + i)),
    ];
    expect(taken(waiting)).toEqual(['h1', 'h2', 'h3', 'n1', 'h4', 'h5', 'h6', 'n2', 'h7', 'n3']);
  });

  it('lets nobody starve: high ones that never end hold up no normal one', () => {
    const order = new TakingOrder();
    const left = [1, 2, 3, 4, 5].map((i) => normal(`n${i}`, i)).map(candidateOf);
    for (let turn = 0; turn < 20; turn++) {
      const next = order.next([...left, candidateOf(high(`h${turn}`, 1000 + turn))]);
      if (next !== undefined && !next.isHigh) left.splice(left.indexOf(next), 1);
    }
    expect(left).toEqual([]);
  });

  it('does not let a high one wait for its turn where the oldest is high itself', () => {
    expect(taken([high('h', 1), normal('n', 2)])).toEqual(['h', 'n']);
  });

  it('counts no turn in which there was nothing', () => {
    const order = new TakingOrder();
    const turns = [1, 2, 3].map(() => order.next([]));
    expect(turns).toEqual([undefined, undefined, undefined]);
    expect(taken([normal('n', 1), high('h', 2)], order)).toEqual(['h', 'n']);
  });
});
