import type { Kafka } from 'kafkajs';
import { ClipidError } from '../../core/errors.js';
import type { DeadLetter } from '../messages/read-dead-letter.js';
import { createKafka, type KafkaLog } from './client.js';
import type { KafkaConnection, TopicNames } from './connection.js';
import { endLetters, type EndResult } from './dead-letters/end-letters.js';
import { LetterBox, type LyingLetter } from './dead-letters/letter-box.js';
import { dropRoute, replayRoute } from './dead-letters/route.js';
import { scanTopic } from './dead-letters/scan-topic.js';
import { requireTopic, withAdmin } from './with-admin.js';

export type { EndResult } from './dead-letters/end-letters.js';
export type { LyingLetter } from './dead-letters/letter-box.js';

/** Which letters: by id, or all of them, or all that failed with this code. */
export type LetterChoice =
  | { readonly ids: readonly string[] }
  | { readonly all: true; readonly reason?: string | undefined };

export interface LetterPage {
  /** The newest ones, oldest first; without the originals' keys, values and headers. */
  readonly letters: readonly LyingLetter[];
  /** How many there are besides; past 100 000 letters rather too many. */
  readonly more: number;
}

const MOST_LISTED = 100_000;
const MOST_BYTES = 64 * 1024 * 1024;
const STALL_MS = 30_000;

type TopicsOfLetters = Pick<TopicNames, 'deadLetters' | 'clips' | 'priority'>;

/**
 * The messages that came to no result, as they lie in the dead-letter topic: to look at, to send again
 * and to drop. Every method throws BROKER_FAILED (no such topic, no right), UNAVAILABLE,
 * DEADLINE_EXCEEDED and CANCELLED; those that write CONFLICT when somebody else does the same.
 */
export class DeadLetters {
  constructor(
    private readonly kafka: Kafka,
    private readonly topics: TopicsOfLetters,
    private readonly signal: AbortSignal,
  ) {}

  async list(limit: number, reason?: string): Promise<LetterPage> {
    const box = await this.read({
      wants: (letter) => reason === undefined || letter.reason === reason,
      maxLetters: Math.max(limit, MOST_LISTED),
      maxBytes: MOST_BYTES,
      keepsOriginals: false,
      whenFull: 'KEEP_LAST',
    });
    const letters = box.letters();
    const shown = letters.slice(Math.max(0, letters.length - limit));
    return { letters: shown, more: letters.length - shown.length + box.leftOut };
  }

  async find(id: string): Promise<LyingLetter | undefined> {
    const box = await this.read({
      wants: (letter) => letter.id === id,
      maxLetters: 1,
      maxBytes: MOST_BYTES,
      keepsOriginals: true,
      whenFull: 'KEEP_LAST',
    });
    return box.letters()[0];
  }

  /**
   * Sends the messages as they were to the topic that each came from, or to `to`. Throws
   * FIELD_INVALID when `to` is the dead-letter topic itself.
   */
  async replay(
    choice: LetterChoice,
    to: string | undefined,
    onProgress: (ended: number) => void = () => undefined,
  ): Promise<EndResult> {
    if (to === this.topics.deadLetters) throw intoItself(to);
    if (to !== undefined) await withAdmin(this.kafka, (admin) => requireTopic(admin, to));
    return this.end(choice, (letter) => replayRoute(letter, this.topics, to), onProgress);
  }

  /** Gives the messages up. */
  async drop(
    choice: LetterChoice,
    onProgress: (ended: number) => void = () => undefined,
  ): Promise<EndResult> {
    return this.end(choice, dropRoute, onProgress);
  }

  private end(
    choice: LetterChoice,
    route: Parameters<typeof endLetters>[1]['route'],
    onProgress: (ended: number) => void,
  ): Promise<EndResult> {
    const { signal, kafka } = this;
    const { deadLetters: topic } = this.topics;
    return endLetters(kafka, { topic, wants: wantsOf(choice), route, signal, onProgress });
  }

  private async read(options: ConstructorParameters<typeof LetterBox>[0]): Promise<LetterBox> {
    const box = new LetterBox(options);
    const scan = { until: 'STABLE', stallMs: STALL_MS, signal: this.signal } as const;
    await scanTopic(this.kafka, this.topics.deadLetters, scan, (record) => box.put(record));
    return box;
  }
}

/** Connects to nothing yet. */
export function openDeadLetters(
  connection: KafkaConnection,
  topics: TopicsOfLetters,
  signal: AbortSignal,
  log: KafkaLog,
): DeadLetters {
  return new DeadLetters(createKafka(connection, log), topics, signal);
}

function intoItself(topic: string): ClipidError {
  const message = `--to must not be the dead-letter topic itself (${topic}).`;
  return new ClipidError('FIELD_INVALID', message, { field: 'to' });
}

function wantsOf(choice: LetterChoice): (letter: DeadLetter) => boolean {
  if (!('ids' in choice)) {
    const { reason } = choice;
    return (letter) => reason === undefined || letter.reason === reason;
  }
  const ids = new Set(choice.ids);
  return (letter) => ids.has(letter.id);
}
