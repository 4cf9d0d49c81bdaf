import type { Admin } from 'kafkajs';
import { createKafka } from '../client.js';
import type { KafkaConnection } from '../connection.js';
import { withAdmin } from '../with-admin.js';
import { askApiVersions } from './api-versions.js';
import { attempt, findingsIn, type Finding } from './finding.js';
import { kafkaLine, notSpoken } from './spoken.js';

/** Somebody waits for the answer: a broker that does not answer twice is told of at once. */
const RETRIES = 1;
const say = findingsIn('brokers');

/**
 * Every broker that the settings name, and every other one that these tell of, each by itself: clients
 * are sent from one to the other, so all of them must be reachable under the name that they advertise.
 */
export async function checkBrokers(connection: KafkaConnection): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const advertised = new Set<string>();
  const check = async (broker: string): Promise<void> => {
    findings.push(...(await checkBroker(connection, broker, advertised)));
  };
  for (const broker of connection.brokers) await check(broker);
  const others = [...advertised].filter((one) => !connection.brokers.includes(one));
  for (const broker of others) await check(broker);
  return findings;
}

/** Adds to `advertised` what this broker says the cluster consists of. */
function checkBroker(
  connection: KafkaConnection,
  broker: string,
  advertised: Set<string>,
): Promise<readonly Finding[]> {
  return attempt('brokers', broker, async () => {
    const ranges = await askApiVersions(connection, broker);
    const missing = notSpoken(ranges);
    if (missing.length > 0) return [say('FAIL', broker, tooOld(missing))];
    const kafka = createKafka({ ...connection, brokers: [broker] }, () => undefined, RETRIES);
    const known = await withAdmin(kafka, brokersOf);
    for (const other of known) advertised.add(other);
    const alias = known.includes(broker) ? '' : `; the brokers behind it are ${known.join(', ')}`;
    return [say('OK', broker, `${kafkaLine(ranges)}, ${security(connection)}${alias}`)];
  });
}

async function brokersOf(admin: Admin): Promise<readonly string[]> {
  const { brokers } = await admin.describeCluster();
  return brokers.map(({ host, port }) => `${host}:${port}`);
}

function tooOld(missing: readonly string[]): string {
  return `it speaks no version of ${missing.join(', ')} that clipid does: use Kafka 3.9 or 4`;
}

function security({ tls, sasl }: KafkaConnection): string {
  const encrypted = tls === null ? 'not encrypted' : 'encrypted';
  const login = sasl === null ? 'no login' : `logged in as ${sasl.username} by ${sasl.mechanism}`;
  return `${encrypted}, ${login}`;
}
