import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { MessageHeader } from '../../../services/core/source-message.js';
import {
  inBatches,
  toKafkaMessage,
} from '../../../services/ingest/kafka/consume/source-messages.js';
import { scanTopic } from '../../../services/ingest/kafka/dead-letters/scan-topic.js';
import { withoutOurs } from '../../../services/ingest/messages/dead-letter.js';
import {
  readDeadLetter,
  type DeadLetter,
} from '../../../services/ingest/messages/read-dead-letter.js';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ClipidProcess } from '../../helpers/clipid-process.js';
import { ClipTopics } from '../../helpers/kafka/clip-topics.js';
import { seeded } from '../../helpers/seeded.js';
import { GALLERY } from '../../helpers/service.js';
import { ADA_ALONE, film, still } from '../../helpers/service-people.js';
import { hostileRecord, type HostileRecord } from './hostile-records.js';
import { quietKafka } from './reader-bench.js';

const COUNT = 200;
/** Unpacked, each of them is larger than a dead letter may be. */
const PACKED = 2;
const PACKED_BYTES = 6 * 2 ** 20;
const SEED = 5;
const WAIT = { timeout: 120_000, interval: 500 };
const MOST_GROWTH_BYTES = 400 * 2 ** 20;
const LETTER_BYTES = String(2 * 2 ** 20);

const access = inject('sharedKafka');
const kafka = quietKafka(access);
let root: string;
let clips: ClipFolder;
let path: string;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'clipid-hostile-'));
  clips = new ClipFolder((await findTools()).ffmpeg.path);
  path = film(clips, 'clip.mp4', await still(ADA_ALONE));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  clips.remove();
  rmSync(root, { recursive: true, force: true });
});

async function newTopics(): Promise<ClipTopics> {
  const topics = await ClipTopics.make(access, { partitions: 1 });
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'max.message.bytes', value: LETTER_BYTES }];
  const { TOPIC } = kafkajs.ConfigResourceTypes;
  const resources = [{ type: TOPIC, name: topics.names.dlq, configEntries }];
  await admin.alterConfigs({ validateOnly: false, resources });
  await admin.disconnect();
  ends.push(() => topics.close());
  return topics;
}

function sizeOf({ key, value, headers }: HostileRecord): number {
  const ofHeaders = headers.reduce((sum, [name, one]) => sum + name.length + one.length, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}

/** All that is hostile, in order, and one clip behind it. */
async function send(topics: ClipTopics, records: readonly HostileRecord[]): Promise<void> {
  const { clips: topic } = topics.names;
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const some of inBatches(records, sizeOf))
    await producer.send({ topic, messages: some.map(toKafkaMessage) });
  for (let i = 0; i < PACKED; i++) {
    const messages = [{ key: `packed-${i}`, value: Buffer.alloc(PACKED_BYTES, i) }];
    await producer.send({ topic, messages, compression: kafkajs.CompressionTypes.GZIP });
  }
  await producer.disconnect();
  await topics.submit([{ clipId: 'good', uri: `file://${path}`, galleryId: GALLERY }]);
}

async function lettersOf(topics: ClipTopics): Promise<Map<number, DeadLetter>> {
  const letters = new Map<number, DeadLetter>();
  const options = {
    until: 'STABLE',
    stallMs: 30_000,
    signal: new AbortController().signal,
  } as const;
  await scanTopic(kafka, topics.names.dlq, options, (record) => {
    const letter = readDeadLetter(record);
    letters.set(letter.original.offset ?? -1, letter);
  });
  return letters;
}

const textOf = (headers: readonly MessageHeader[]): string[] =>
  headers.map(([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`).sort();

/** Of the letter and of what was sent; the bytes compared as one, as there are very many. */
function same(letter: DeadLetter | undefined, { key, value, headers }: HostileRecord): boolean {
  if (letter === undefined) return false;
  const { original } = letter;
  const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
    a === null || b === null ? a === b : Buffer.from(a).equals(b);
  const names = textOf(original.headers).join() === textOf(withoutOurs(headers)).join();
  return names && isSame(original.key, key) && isSame(original.value, value);
}

/** The most memory that it ever had, or has now; 0 where the system does not tell. */
function memoryBytes(pid: number | undefined, what: 'VmHWM' | 'VmRSS'): number {
  const file = `/proc/${pid ?? 0}/status`;
  const found = existsSync(file) ? readFileSync(file, 'utf8').match(`${what}:\\s+(\\d+) kB`) : null;
  return Number(found?.[1] ?? 0) * 1024;
}

describe(`invariant 8: ${COUNT} hostile records before one good clip (seed ${SEED})`, () => {
  it.each(['all', 'extract'] as const)(
    'are dead letters to the byte, and the clip is worked on (role %s)',
    async (role) => {
      const topics = await newTopics();
      const random = seeded(SEED);
      const records = Array.from({ length: COUNT }, (_, i) => hostileRecord(i, random));
      const process = new ClipidProcess(join(root, role), {
        ...{ ...topics.settings, role, visionWorkers: 1, clipConcurrency: 4, framesPerSecond: 4 },
        ...{ allowedFolders: clips.path, grpcAddress: '127.0.0.1:0', httpAddress: '127.0.0.1:0' },
      });
      ends.push(() => process.kill());
      process.start();
      await process.says('"joined":true');
      const beforeBytes = memoryBytes(process.pid, 'VmRSS');
      await send(topics, records);
      const result = role === 'all' ? topics.names.identifications : topics.names.tracks;
      await vi.waitFor(async () => {
        if (!process.isRunning) throw new Error(`the process ended: ${process.tail}`);
        expect((await topics.read(result)).map((one) => one.key)).toContain('good');
      }, WAIT);
      let letters = new Map<number, DeadLetter>();
      await vi.waitFor(async () => {
        letters = await lettersOf(topics);
        expect(letters.size).toBe(COUNT + PACKED);
      }, WAIT);
      expect(records.flatMap((one, i) => (same(letters.get(i), one) ? [] : [i]))).toEqual([]);
      const packed = [...letters.values()].filter((one) => one.leftOutBytes !== null);
      expect(packed.map((one) => one.reason)).toEqual(Array(PACKED).fill('LIMIT_EXCEEDED'));
      const growth = memoryBytes(process.pid, 'VmHWM') - beforeBytes;
      expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
      expect(await process.stop()).toBe(0);
    },
    270_000,
  );
});
