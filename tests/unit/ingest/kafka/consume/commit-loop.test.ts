import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClipidError, type ErrorCode } from '../../../../../services/core/errors.js';
import {
  CommitLoop,
  type Position,
} from '../../../../../services/ingest/kafka/consume/commit-loop.js';

const EVERY_MS = 5;

/** Due is what `next` says, until it was committed; each commit ends as `script` says. */
function bench(script: (due: readonly Position[]) => Promise<void>) {
  const made = {
    next: 0,
    asked: [] as number[],
    committed: 0,
    failures: [] as ErrorCode[],
    running: 0,
    most: 0,
  };
  const loop = new CommitLoop(
    {
      due: () =>
        made.next > made.committed ? [{ topic: 't', partition: 0, offset: made.next }] : [],
      commit: async (due) => {
        made.asked.push(due[0]?.offset ?? -1);
        made.most = Math.max(made.most, ++made.running);
        await script(due).finally(() => made.running--);
      },
      committed: (due) => (made.committed = due[0]?.offset ?? -1),
      failed: ({ code }) => made.failures.push(code),
    },
    EVERY_MS,
  );
  onTestFinished(() => loop.close());
  loop.start();
  return { made, loop };
}

describe('CommitLoop', () => {
  it('commits what is due, and nothing where nothing is', async () => {
    const { made } = bench(() => Promise.resolve());
    await delay(30);
    expect(made.asked).toEqual([]);
    made.next = 3;
    await delay(30);
    expect({ asked: made.asked, committed: made.committed }).toEqual({ asked: [3], committed: 3 });
  });

  it('never commits beside a commit: the one that hangs would take back the other', async () => {
    const { made } = bench(() => delay(40));
    for (let next = 1; next < 20; next++) {
      made.next = next;
      await delay(6);
    }
    expect(made.most).toBe(1);
    expect(made.asked).toEqual([...made.asked].sort((a, b) => a - b));
  });

  it('tries again what passes, and tells of what does not', async () => {
    let failures: ErrorCode[] = ['UNAVAILABLE', 'UNAVAILABLE'];
    const { made } = bench(() => {
      const code = failures.shift();
      return code === undefined ? Promise.resolve() : Promise.reject(new ClipidError(code, code));
    });
    made.next = 1;
    await delay(60);
    expect({ committed: made.committed, failures: made.failures }).toEqual({
      committed: 1,
      failures: [],
    });
    failures = ['BROKER_FAILED'];
    made.next = 2;
    await delay(60);
    expect(made.failures).toEqual(['BROKER_FAILED']);
  });

  it('commits what is left when it closes, and what came while another commit ran', async () => {
    const { made, loop } = bench(() => delay(20));
    made.next = 1;
    await delay(15);
    made.next = 2;
    await loop.close();
    expect(made.committed).toBe(2);
  });
});
