import { expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import { RunningCalls } from '../../../services/search/calls.js';

it('refuses more calls than may run, until one ends', () => {
  const calls = new RunningCalls(1);
  const first = calls.enter();
  expect(() => calls.enter()).toThrow('1 calls are running, the most at once');
  calls.leave(first);
  expect(calls.enter().signal.aborted).toBe(false);
  expect(calls.count).toBe(1);
});

it('is idle when the last call ended, or the time is over', async () => {
  const calls = new RunningCalls(2);
  await calls.idle(60_000);
  const [first, second] = [calls.enter(), calls.enter()];
  const idle = calls.idle(60_000);
  calls.leave(first);
  calls.leave(second);
  await idle;
  calls.enter();
  await calls.idle(5);
  expect(calls.count).toBe(1);
});

it('tells every running call why it must stop', () => {
  const calls = new RunningCalls(2);
  const reason = new ClipidError('UNAVAILABLE', 'The server is shutting down.');
  const running = [calls.enter(), calls.enter()];
  calls.abortAll(reason);
  expect(running.map(({ signal }): unknown => signal.reason)).toEqual([reason, reason]);
});
