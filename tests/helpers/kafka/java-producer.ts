import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { JAVA_OPTIONS } from './broker.js';
import type { KafkaAccess } from './connect.js';
import { kafkaJars } from './jars.js';

/**
 * Sends lines as messages by Java's own producer, compressed as told: gzip, snappy, lz4 or zstd. It is
 * that of the older line, as the newer one's jars have no program for it; brokers of both take it.
 * `more` are arguments of the program.
 *
 * @throws Error with what it printed when it fails.
 */
export async function sendFromJava(
  access: KafkaAccess,
  topic: string,
  compression: string,
  lines: readonly string[],
  more: readonly string[] = [],
): Promise<void> {
  const jars = await kafkaJars('3.9');
  const where = ['--bootstrap-server', access.brokers.join(','), '--topic', topic];
  const how = ['--compression-codec', compression, '--request-required-acks', 'all', ...more];
  const program = [...JAVA_OPTIONS, '-cp', `${jars}/*`, 'kafka.tools.ConsoleProducer'];
  const java = spawn('java', [...program, ...where, ...how], { stdio: ['pipe', 'ignore', 'pipe'] });
  const complaints: Buffer[] = [];
  java.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  java.stdin.end(`${lines.join('\n')}\n`);
  const [exitCode] = (await once(java, 'close')) as [number | null];
  if (exitCode !== 0)
    throw new Error(`Java's producer failed: ${Buffer.concat(complaints).toString()}`);
}
