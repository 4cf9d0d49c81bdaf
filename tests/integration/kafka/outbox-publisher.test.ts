import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import type { GalleryStore, OutboxRow, OutboxTopic } from '../../../services/gallery/port.js';
import { openStore, type OpenStore } from '../../../services/gallery/store/open-store.js';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import { OutboxPublisher } from '../../../services/ingest/kafka/outbox-publisher.js';
import { withAdmin } from '../../../services/ingest/kafka/with-admin.js';
import { freshFolder } from '../../unit/gallery/store/folder.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { connectionTo, noLog } from '../../helpers/kafka/connection.js';
import { quietKafka } from './reader-bench.js';

const WAIT = { timeout: 30_000, interval: 50 };
const access = inject('sharedKafka');
const kafka = quietKafka(access);

type Topics = Readonly<Record<OutboxTopic, string>>;

function row(number: number, change: Partial<OutboxRow> = {}): OutboxRow {
  const text = Buffer.from(`event ${number}`);
  const headers = [['n', Buffer.from(String(number))]] as const;
  const event = { eventId: `event-${number}`, topic: 'STATUS', key: Buffer.from('clip') } as const;
  return { ...event, payload: text, headers, createdMs: 1_790_000_000_000 + number, ...change };
}

const rows = (count: number): OutboxRow[] => Array.from({ length: count }, (_, i) => row(i));

/** A publisher of a real store, and what it told. */
class Bench {
  readonly store: OpenStore = openStore(freshFolder());
  readonly told: string[] = [];
  readonly publisher: OutboxPublisher;

  constructor(topics: Topics, change: Partial<GalleryStore> = {}, client = kafka, flushMs = 5000) {
    onTestFinished(() => this.store.close());
    const store = { ...this.store, ...change };
    this.publisher = new OutboxPublisher(
      client,
      store,
      { topics, flushMs },
      {
        sent: () => undefined,
        troubled: (error) => this.told.push(error?.code ?? 'well again'),
        failed: ({ code }) => this.told.push(`failed: ${code}`),
      },
    );
    onTestFinished(() => this.publisher.close().catch(() => undefined));
  }

  emptied(): Promise<void> {
    return vi.waitFor(() => expect(this.store.countOutbox()).toBe(0), WAIT);
  }
}

async function madeTopics(): Promise<{ made: ClipTopics; topics: Topics }> {
  const made = await ClipTopics.make(access, { partitions: 1 });
  onTestFinished(() => made.close());
  const { identifications, status, dlq } = made.names;
  return { made, topics: { IDENTIFICATIONS: identifications, STATUS: status, DEAD_LETTERS: dlq } };
}

/** Again where a broker that has just started is not ready for a reader's group. */
const read = (made: ClipTopics, topic: string) => vi.waitFor(() => made.read(topic), WAIT);

const textsOf = async (made: ClipTopics, topic: string): Promise<string[]> =>
  (await read(made, topic)).map((one) => String(one.value));

describe('OutboxPublisher', () => {
  it('sends in order what waits and what comes, each to its topic, with key and headers', async () => {
    const { made, topics } = await madeTopics();
    const bench = new Bench(topics);
    bench.store.appendOutbox(rows(1200));
    bench.publisher.start();
    await bench.emptied();
    const letter = row(1200, { topic: 'DEAD_LETTERS', key: null, payload: Buffer.of() });
    bench.store.appendOutbox([row(1201), letter]);
    await bench.emptied();
    const texts = [...rows(1200), row(1201)].map((one) => String(one.payload));
    expect(await textsOf(made, topics.STATUS)).toEqual(texts);
    const [sent] = await read(made, topics.DEAD_LETTERS);
    expect(sent).toMatchObject({ key: null, headers: { n: '1200' } });
    expect(bench.told).toEqual([]);
  });

  it('sends again what a process did not delete, under the same ids', async () => {
    const { made, topics } = await madeTopics();
    const full = new ClipidError('STORE_FAILED', 'The disk is full.');
    const deleteOutbox = (): never => {
      throw full;
    };
    const first = new Bench(topics, { deleteOutbox });
    first.store.appendOutbox(rows(3));
    first.publisher.start();
    await vi.waitFor(() => expect(first.told).toEqual(['failed: STORE_FAILED']), WAIT);
    await first.publisher.close().catch(() => undefined);
    const again = new Bench(topics);
    again.store.appendOutbox(first.store.outbox(10));
    again.publisher.start();
    await again.emptied();
    const texts = await textsOf(made, topics.STATUS);
    expect(new Set(texts).size).toBe(3);
    expect(texts.slice(-3)).toEqual(rows(3).map((one) => String(one.payload)));
  });

  it('keeps what a broker refuses, says so once it does, and sends it when it can', async () => {
    const { made, topics } = await madeTopics();
    const missing = `nobody-made-${randomUUID()}`;
    const impatient = createKafka(connectionTo(access), noLog, 2);
    const bench = new Bench({ ...topics, STATUS: missing }, {}, impatient);
    bench.store.appendOutbox([row(0), row(1, { topic: 'IDENTIFICATIONS' })]);
    bench.publisher.start();
    await vi.waitFor(() => expect(bench.told[0]).toBe('BROKER_FAILED'), WAIT);
    expect(bench.store.countOutbox()).toBe(2);
    await withAdmin(kafka, (admin) => admin.createTopics({ topics: [{ topic: missing }] }));
    await vi.waitFor(() => expect(bench.told.at(-1)).toBe('well again'), WAIT);
    await bench.emptied();
    expect(await textsOf(made, missing)).toEqual(['event 0']);
    expect(await textsOf(made, topics.IDENTIFICATIONS)).toEqual(['event 1']);
  });

  it('sends what is left when it closes', async () => {
    const { made, topics } = await madeTopics();
    const bench = new Bench(topics);
    bench.publisher.start();
    bench.store.appendOutbox(rows(2000));
    await bench.publisher.close();
    expect(bench.store.countOutbox()).toBe(0);
    expect(await read(made, topics.STATUS)).toHaveLength(2000);
  });

  it('does not keep the process where no broker is there, and loses nothing', async () => {
    const { topics } = await madeTopics();
    const connection = { clientId: 't', brokers: ['127.0.0.1:1'], tls: null, sasl: null };
    const bench = new Bench(topics, {}, createKafka(connection, noLog, 3), 300);
    bench.store.appendOutbox(rows(5));
    bench.publisher.start();
    await vi.waitFor(() => expect(bench.told).toContain('UNAVAILABLE'), WAIT);
    const startedMs = performance.now();
    await bench.publisher.close();
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(bench.store.countOutbox()).toBe(5);
  });
});
