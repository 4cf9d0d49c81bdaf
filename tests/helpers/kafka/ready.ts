import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from './broker.js';
import { connectKafka, type KafkaAccess } from './connect.js';

const READY_LIMIT_MS = 90_000;
const PAUSE_MS = 200;

/**
 * Waits until the first broker says that all these nodes serve.
 *
 * @throws Error with the log's end when one of them ends, or not all serve after 90 s.
 */
export async function waitUntilReady(
  access: KafkaAccess,
  brokers: ReadonlyMap<number, Broker>,
): Promise<void> {
  const giveUpAtMs = Date.now() + READY_LIMIT_MS;
  for (;;) {
    const serving = await servingNodes(access);
    if ([...brokers.keys()].every((id) => serving.includes(id))) return;
    for (const [id, broker] of brokers) assertAlive(id, broker, giveUpAtMs);
    await delay(PAUSE_MS);
  }
}

function assertAlive(id: number, broker: Broker, giveUpAtMs: number): void {
  if (broker.isRunning && Date.now() < giveUpAtMs) return;
  const what = broker.isRunning ? `does not serve after ${READY_LIMIT_MS} ms` : 'ended';
  throw new BrokerStartError(`Kafka node ${id} ${what}. Its log ends with:\n${broker.logTail()}`);
}

/** A broker that does not start. */
export class BrokerStartError extends Error {
  /** Another process was quicker: other ports will do. */
  get isPortTaken(): boolean {
    return this.message.includes('Address already in use');
  }
}

/** The ids of the nodes that take part, as one broker after the other is asked; none yet: empty. */
async function servingNodes(access: KafkaAccess): Promise<readonly number[]> {
  const admin = connectKafka(access, { retries: 0 }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    return brokers.map(({ nodeId }) => nodeId);
  } catch {
    return [];
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
