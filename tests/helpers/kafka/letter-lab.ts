import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka, type KafkaMessage, type Message } from 'kafkajs';
import type { SourceMessage } from '../../../services/core/source-message.js';
import type { TopicNames } from '../../../services/ingest/kafka/connection.js';
import { toKafkaMessage } from '../../../services/ingest/kafka/consume/source-messages.js';
import { DeadLetters } from '../../../services/ingest/kafka/dead-letters.js';
import { deadLetterRow } from '../../../services/ingest/messages/dead-letter.js';
import { connectKafka, type KafkaAccess } from './connect.js';
import { createTopic } from './topics.js';

export type LabTopics = Pick<TopicNames, 'clips' | 'priority' | 'deadLetters'>;

/** Topics of one test with dead letters, and what the test itself does to them. */
export interface LetterLab {
  readonly kafka: Kafka;
  readonly topics: LabTopics;
  readonly letters: DeadLetters;
  /** A message of the topic of clips; `number` is its offset there. */
  original(number: number, change?: Partial<SourceMessage>): SourceMessage;
  /** Writes the dead letters of these messages. */
  bury(...messages: readonly SourceMessage[]): Promise<void>;
  send(topic: string, ...messages: readonly Message[]): Promise<void>;
  /** Everything committed in a topic of one partition, as another client would read it. */
  committed(topic: string): Promise<readonly KafkaMessage[]>;
}

export async function letterLab(
  access: KafkaAccess,
  settings: Readonly<Record<string, string>> = {},
  partitions = 3,
): Promise<LetterLab> {
  const kafka = connectKafka(access);
  const compacted = { 'cleanup.policy': 'compact', ...settings };
  const topics: LabTopics = {
    clips: await createTopic(access),
    priority: await createTopic(access),
    deadLetters: await createTopic(access, { partitions, settings: compacted }),
  };
  const send = (topic: string, ...messages: readonly Message[]) => sendTo(kafka, topic, messages);
  return {
    kafka,
    topics,
    letters: new DeadLetters(kafka, topics, new AbortController().signal),
    original: (number, change) => originalOf(topics.clips, number, change),
    bury: (...messages) => send(topics.deadLetters, ...messages.map(letterOf)),
    send,
    committed: (topic) => committedIn(kafka, topic),
  };
}

function originalOf(
  topic: string,
  number: number,
  change: Partial<SourceMessage> = {},
): SourceMessage {
  const bytes = { key: Buffer.from(`camera ${number}`), value: Buffer.from(`clip ${number}`) };
  const place = { topic, partition: 0, offset: number, timestampMs: 1_790_000_000_000 };
  return { ...place, ...bytes, headers: [], ...change };
}

function letterOf(message: SourceMessage): Message {
  const code = message.offset % 2 === 0 ? 'EVEN' : 'ODD';
  const why = { code, text: 'It failed.', attempts: 3, firstMs: 0, lastMs: 1000 };
  const { key, payload, headers } = deadLetterRow(message, why, { host: 'h', version: '1' });
  return toKafkaMessage({ key, value: payload, headers });
}

async function sendTo(kafka: Kafka, topic: string, messages: readonly Message[]): Promise<void> {
  const createPartitioner = kafkajs.Partitioners.DefaultPartitioner;
  const producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [...messages] });
  await producer.disconnect();
}

/** Reads up to a record that it writes itself: what is not there by then was not committed. */
async function committedIn(kafka: Kafka, topic: string): Promise<readonly KafkaMessage[]> {
  const end = randomUUID();
  await sendTo(kafka, topic, [{ key: end, value: 'end' }]);
  const consumer = kafka.consumer({ groupId: `${topic}-${end}`, maxWaitTimeInMs: 100 });
  const found: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = ({ message }: { message: KafkaMessage }) => {
      if (String(message.key) === end) resolve();
      else found.push(message);
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return found.filter(({ value }) => String(value) !== 'end');
}

/** A lab with the dead letters of these messages. */
export async function buried(
  access: KafkaAccess,
  ...numbers: readonly number[]
): Promise<LetterLab> {
  const lab = await letterLab(access);
  await lab.bury(...numbers.map((number) => lab.original(number)));
  return lab;
}

/** Numbers of the messages, as the list has them. */
export async function listed(lab: LetterLab, limit = 1000, reason?: string): Promise<unknown[]> {
  const { letters } = await lab.letters.list(limit, reason);
  return letters.map((one) => one.letter.original.offset);
}

export function idOf(lab: LetterLab, number: number): string {
  return `${lab.topics.clips}/0/${number}`;
}

/** As text, sorted. */
export function values(messages: readonly KafkaMessage[]): string[] {
  return messages.map(({ value }) => String(value)).sort();
}
