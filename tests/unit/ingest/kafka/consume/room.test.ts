import { describe, expect, it } from 'vitest';
import { Room } from '../../../../../services/ingest/kafka/consume/room.js';

const make = (topic: string, count: number) => Array.from({ length: count }, () => ({ topic }));

describe('invariant 8: Room', () => {
  it('is full with so many of a topic, and others have room of their own', () => {
    const room = new Room(2, 10);
    const [first, ...rest] = make('normal', 2);
    for (const one of [first, ...rest]) if (one !== undefined) room.enter(one);
    expect([room.isThere('normal'), room.isThere('high')]).toEqual([false, true]);
    if (first !== undefined) room.leave(first);
    expect([room.isThere('normal'), room.total]).toEqual([true, 1]);
  });

  it('is not taken up by what waits to be tried again, until that is very much', () => {
    const room = new Room(1, 3);
    const waiting = make('normal', 3);
    waiting.slice(0, 2).forEach((one) => room.wait(one));
    expect(room.isThere('normal')).toBe(true);
    waiting.slice(2).forEach((one) => room.wait(one));
    expect([room.isThere('normal'), room.total]).toEqual([false, 3]);
  });

  it('counts each once, however often it changes its place', () => {
    const room = new Room(5, 5);
    const [one] = make('normal', 1);
    if (one === undefined) throw new Error('none');
    for (let turn = 0; turn < 3; turn++) {
      room.enter(one);
      room.enter(one);
      room.wait(one);
    }
    expect(room.total).toBe(1);
    room.leave(one);
    room.leave(one);
    expect(room.total).toBe(0);
  });
});
