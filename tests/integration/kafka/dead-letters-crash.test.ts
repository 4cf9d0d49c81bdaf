import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { scanTopic } from '../../../services/ingest/kafka/dead-letters/scan-topic.js';
import { skipWithoutOwnBrokers } from '../../helpers/kafka/external.js';
import { idOf, letterLab, listed, values, type LetterLab } from '../../helpers/kafka/letter-lab.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';

const access = inject('sharedKafka');
const CHILD = fileURLToPath(new URL('../../helpers/kafka/replay-child.ts', import.meta.url));
const LETTERS = 3000;
const KILLS = 5;
/** Of a transaction's length: it may be killed in each of its steps. */
const AT_MOST_MS = 60;

/** Replays in another process, which is killed some time after its first transaction. */
async function killedReplay(lab: LetterLab): Promise<void> {
  const args = [access.brokers[0] ?? '', JSON.stringify(lab.topics)];
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  await delay(Math.random() * AT_MOST_MS);
  child.kill('SIGKILL');
  await closed;
}

describe('invariant 1: a replay', { timeout: 120_000 }, () => {
  it('that is killed at any instant loses no letter and sends none twice', async () => {
    const lab = await letterLab(access);
    const originals = Array.from({ length: LETTERS }, (_, number) => lab.original(number));
    await lab.bury(...originals);
    for (let kills = 0; kills < KILLS; kills++) await killedReplay(lab);
    const { ended } = await lab.letters.replay({ all: true }, undefined);
    expect(ended.length, 'letters that the killed ones left').toBeGreaterThan(0);
    const sent = values(await lab.committed(lab.topics.clips));
    expect(sent).toEqual(originals.map(({ value }) => String(value)).sort());
    expect(await listed(lab)).toEqual([]);
  });
});

/** Settings under which a broker compacts within a second. */
const AT_ONCE = {
  'segment.ms': '150',
  'min.cleanable.dirty.ratio': '0.001',
  'delete.retention.ms': '0',
  'max.compaction.lag.ms': '200',
};

async function countRecords(lab: LetterLab): Promise<number> {
  let count = 0;
  const { signal } = new AbortController();
  const options = { until: 'WRITTEN', stallMs: 10_000, signal } as const;
  await scanTopic(lab.kafka, lab.topics.deadLetters, options, () => count++);
  return count;
}

describe('a topic that is compacted', () => {
  it('is read over its gaps to its end, be that the mark of a transaction', async ({ skip }) => {
    skipWithoutOwnBrokers(skip);
    const cluster = await startKafka({ properties: { 'log.cleaner.backoff.ms': 100 } });
    onTestFinished(() => cluster.stop());
    const lab = await letterLab(cluster, AT_ONCE, 1);
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    await lab.bury(...numbers.map((number) => lab.original(number)));
    const ids = numbers.filter((number) => number % 4 !== 0).map((number) => idOf(lab, number));
    await lab.letters.replay({ ids }, undefined);
    await delay(300);
    await lab.bury(lab.original(100)); // begins a segment, so that the one before can be compacted
    // Of 71 records the letters that were replayed are gone; their marks stay a while.
    await vi.waitFor(async () => expect(await countRecords(lab)).toBeLessThan(45), 30_000);
    await lab.letters.drop({ ids: [idOf(lab, 100), idOf(lab, 36)] });
    expect(await listed(lab)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32]);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(30);
  });
});
