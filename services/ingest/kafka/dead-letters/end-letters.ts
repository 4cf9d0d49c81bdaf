import type { Kafka } from 'kafkajs';
import type { DeadLetter } from '../../messages/read-dead-letter.js';
import { EndingWriter, type Ending } from './ending-writer.js';
import { LetterBox, type LyingLetter } from './letter-box.js';
import type { Route } from './route.js';
import { scanTopic } from './scan-topic.js';

export interface EndRequest {
  readonly topic: string;
  readonly wants: (letter: DeadLetter) => boolean;
  readonly route: (letter: DeadLetter) => Route;
  readonly signal: AbortSignal;
  /** Told after each transaction how many letters came to their end. */
  readonly onProgress: (ended: number) => void;
}

export interface EndResult {
  /** Ids of the letters that came to their end, in order. */
  readonly ended: readonly string[];
  /** Those that were left as they are, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

const ROUND_LETTERS = 10_000;
const ROUND_BYTES = 64 * 1024 * 1024;
const TRANSACTION_LETTERS = 100;
/** Brokers end a dead process's transaction after at most a minute, unless it asked for more. */
const STALL_MS = 90_000;

/**
 * Ends letters in rounds of what fits into memory, oldest first. The topic is read only after all
 * others are fenced, and up to the last record that was written: a letter that somebody else has just
 * ended is seen as such. Throws like `scanTopic` and `EndingWriter`; transactions before that stand.
 */
export async function endLetters(kafka: Kafka, request: EndRequest): Promise<EndResult> {
  const writer = await EndingWriter.open(kafka, request.topic);
  const ended: string[] = [];
  const refused = new Map<string, string>();
  try {
    for (;;) {
      const { endings, leftOut } = await nextRound(kafka, request, refused);
      for (const some of chunks(endings)) {
        request.signal.throwIfAborted();
        await writer.write(some);
        ended.push(...some.map(({ lying }) => lying.letter.id));
        request.onProgress(ended.length);
      }
      // A round of nothing but refusals would come again for ever.
      if (leftOut === 0 || endings.length === 0) return { ended, refused };
    }
  } finally {
    await writer.close();
  }
}

async function nextRound(
  kafka: Kafka,
  { topic, wants, route, signal }: EndRequest,
  refused: Map<string, string>,
): Promise<{ endings: Ending[]; leftOut: number }> {
  const limits = { maxLetters: ROUND_LETTERS, maxBytes: ROUND_BYTES } as const;
  const box = new LetterBox({ ...limits, wants, keepsOriginals: true, whenFull: 'KEEP_FIRST' });
  await scanTopic(kafka, topic, { until: 'WRITTEN', stallMs: STALL_MS, signal }, (record) =>
    box.put(record),
  );
  const endings = box.letters().flatMap((lying) => endingOf(lying, route(lying.letter), refused));
  return { endings, leftOut: box.leftOut };
}

function endingOf(lying: LyingLetter, route: Route, refused: Map<string, string>): Ending[] {
  if ('to' in route) return [{ lying, to: route.to }];
  refused.set(lying.letter.id, route.refusal);
  return [];
}

function chunks(endings: readonly Ending[]): Ending[][] {
  const count = Math.ceil(endings.length / TRANSACTION_LETTERS);
  return Array.from({ length: count }, (_, i) =>
    endings.slice(i * TRANSACTION_LETTERS, (i + 1) * TRANSACTION_LETTERS),
  );
}
