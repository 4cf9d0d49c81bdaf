import { randomUUID } from 'node:crypto';
import { makeKafka } from '../../../services/composition/kafka.js';
import { loadConfig } from '../../../services/config.js';
import { createLogger } from '../../../services/ops/logger.js';
import { createMetrics } from '../../../services/ops/metrics.js';
import type { KafkaAccess } from '../../helpers/kafka/connect.js';
import { inTurns, ratios, show, spread } from '../measure.js';
import { archiveClips, Backlog, PARTITIONS } from './backlog.js';
import { clipFeed, extraction, type Surroundings } from './ours.js';
import { plainConsumer, plainTransactions } from './peers.js';
import type { Subject } from './subject.js';

const MESSAGES = 50_000;
/** A transaction takes its time. */
const TRANSACTED = 300;
const ROUNDS = 5;

/** What reading costs when there is nothing to do, beside the client that does the reading. */
export async function benchOverhead(access: KafkaAccess): Promise<void> {
  const backlog = await Backlog.make(access, archiveClips(MESSAGES));
  const { kafka, names } = backlog.topics;
  const around = surroundings(backlog);
  const transacted = { messages: TRANSACTED, concurrency: around.config.clipConcurrency };
  const pairs = [
    [plainConsumer(kafka, names.clips, MESSAGES), clipFeed(around, MESSAGES)],
    [
      plainTransactions(kafka, { from: names.clips, to: names.tracks }, transacted),
      extraction(around, transacted),
    ],
  ] as const;
  const subjects = pairs.flat();
  for (const subject of subjects) await measure(backlog, subject);
  const rates = await inTurns(
    ROUNDS,
    subjects.map((subject) => () => measure(backlog, subject)),
  );
  await backlog.close();
  report(backlog.messageBytes, subjects, rates);
}

function surroundings({ topics }: Backlog): Surroundings {
  const config = loadConfig({ ...topics.settings, logLevel: 'error' });
  const kafka = makeKafka(config, createMetrics(), createLogger({ level: 'error' }));
  if (kafka === null) throw new Error('the topics have brokers');
  return { config, kafka };
}

/** With a group of its own: each reads from the first message on. */
async function measure(backlog: Backlog, { messages, start }: Subject): Promise<number> {
  const groupId = `bench-${randomUUID()}`;
  const leave = await start(groupId);
  const rate = await backlog.rate(groupId, messages);
  await leave();
  return rate;
}

/** Of each two the first is the peer of the second. */
function report(bytes: number, subjects: readonly Subject[], rates: readonly number[][]): void {
  const lines = subjects.flatMap(({ name }, at) => {
    const own = rates[at] ?? [];
    const line = `  ${name.padEnd(48)} ${show(spread(own), 0)}`;
    const share = show(ratios(own, rates[at - 1] ?? []));
    return at % 2 === 0 ? [line] : [line, `  ${'share of what kafkajs does'.padEnd(48)} ${share}`];
  });
  process.stdout.write(
    `\nMessages a second until their offsets are committed: ${MESSAGES} of ${bytes} bytes in ` +
      `${PARTITIONS} partitions (${TRANSACTED} where each has a transaction), ${ROUNDS} rounds\n` +
      `${lines.join('\n')}\n`,
  );
}
