import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../../../services/gallery/store/open-store.js';
import type { TopicReader } from '../../../../../services/ingest/kafka/consume/topic-reader.js';
import { TracksIntake } from '../../../../../services/ingest/kafka/gallery/tracks-intake.js';

function intakeOf(readTo: number, end: number) {
  const store = openStore(mkdtempSync(join(tmpdir(), 'clipid-place-')));
  onTestFinished(() => store.close());
  store.setSourceOffset('tracks', 1, readTo);
  const begun: string[] = [];
  const reader = {
    start: () => Promise.resolve(void begun.push('reading')),
    stop: () => Promise.resolve(),
  } as Partial<TopicReader> as TopicReader;
  const never = (): never => {
    throw new Error('nothing is read in this test');
  };
  const intake = new TracksIntake(
    {
      makeReader: () => reader,
      store,
      arrivals: { settle: never },
      ends: () => Promise.resolve([{ partition: 1, low: 0, end }]),
      onChanged: never,
      onUnreadable: never,
      meter: {} as never,
      onState: never,
      onFailed: never,
      now: never,
    },
    { topic: 'tracks', maxAttempts: 1, at: { host: 'h', version: 'v' } },
  );
  onTestFinished(() => intake.close());
  return { intake, begun };
}

it('invariant 1: a topic that was made anew is not taken for one that was read', async () => {
  const { intake, begun } = intakeOf(5, 3);
  await expect(intake.start()).rejects.toMatchObject({ code: 'BROKER_FAILED' });
  expect(begun).toEqual([]);
});

it('goes on where its store has read to', async () => {
  const { intake, begun } = intakeOf(3, 3);
  await intake.start();
  expect(begun).toEqual(['reading']);
});
