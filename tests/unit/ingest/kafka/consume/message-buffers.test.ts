import { describe, expect, it } from 'vitest';
import { MessageBuffers } from '../../../../../services/ingest/kafka/consume/message-buffers.js';
import { sourceMessage } from '../../messages/a-message.js';

const [A, B] = [
  { topic: 't', partition: 0 },
  { topic: 't', partition: 1 },
];
const messages = (...offsets: readonly number[]) =>
  offsets.map((offset) => sourceMessage({ offset }));

describe('MessageBuffers', () => {
  it('gives messages in order, and takes no second batch before the first is gone', () => {
    const buffers = new MessageBuffers();
    expect(buffers.put(A, messages(5, 6), 8)).toBe(true);
    expect(buffers.put(A, messages(8), 9)).toBe(false);
    expect(buffers.peek(A)?.offset).toBe(5);
    buffers.shift(A);
    expect(buffers.put(A, messages(8), 9)).toBe(false);
    buffers.shift(A);
    expect({ empty: buffers.isEmpty(A), next: buffers.nextToFetch(A) }).toEqual({
      empty: true,
      next: 8,
    });
    expect(buffers.put(A, messages(8), 9)).toBe(true);
  });

  it('keeps partitions apart', () => {
    const buffers = new MessageBuffers();
    buffers.put(A, messages(5), 6);
    expect(buffers.peek(B)).toBeUndefined();
    buffers.clear(B);
    expect(buffers.peek(A)?.offset).toBe(5);
  });

  it('takes nothing while a partition is held, and forgets what was there', () => {
    const buffers = new MessageBuffers();
    buffers.put(A, messages(5), 6);
    buffers.hold(A);
    expect({ empty: buffers.isEmpty(A), next: buffers.nextToFetch(A) }).toEqual({
      empty: true,
      next: undefined,
    });
    expect(buffers.put(A, messages(5), 6)).toBe(false);
    buffers.clear(A);
    expect(buffers.put(A, messages(5), 6)).toBe(true);
  });

  it('knows where to go on after a seek that fetched nothing yet', () => {
    const buffers = new MessageBuffers();
    buffers.hold(A);
    buffers.goOn(A, 42);
    expect({ held: buffers.isHeld(A), next: buffers.nextToFetch(A) }).toEqual({
      held: false,
      next: 42,
    });
    expect(buffers.put(A, messages(42), 43)).toBe(true);
  });

  it('does not mind a shift of nothing', () => {
    const buffers = new MessageBuffers();
    buffers.shift(A);
    buffers.put(A, [], 9);
    buffers.shift(A);
    expect({ empty: buffers.isEmpty(A), next: buffers.nextToFetch(A) }).toEqual({
      empty: true,
      next: 9,
    });
  });
});
