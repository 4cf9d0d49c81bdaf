/**
 * What Kafka costs: `make bench-kafka [CLIPS=<files>] [ARGS='--only overhead']`. Starts a broker on
 * loopback, or uses those that KAFKA_BROKERS names. Every figure stands beside that of a peer which
 * was measured in turns with it; the broker shares this machine's cores with both.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { KAFKA_RELEASES } from '../../helpers/kafka/jars.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { benchClips } from './clips.js';
import { benchEndToEnd } from './end-to-end.js';
import { benchMemory } from './memory.js';
import { benchOverhead } from './overhead.js';

const PARTS = { overhead: benchOverhead, clips: benchEndToEnd, memory: benchMemory };
const USAGE = `usage: node dist/tests/bench/kafka/run.js [--only ${Object.keys(PARTS).join('|')}] [<clip>...]\n`;

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' } },
  allowPositionals: true,
});
const { only } = values;
const isKnown = only === undefined || Object.hasOwn(PARTS, only);
if (!isKnown || !positionals.every((clip) => existsSync(clip))) {
  process.stderr.write(USAGE);
  process.exit(2);
}
const release =
  process.env['KAFKA_VERSION'] === '3.9' ? KAFKA_RELEASES['3.9'] : KAFKA_RELEASES['4'];
const broker = process.env['KAFKA_BROKERS'] ?? `Kafka ${release} on this machine`;
process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} before; ` +
    `Node ${process.version}; ${broker}; median (least to most)\n`,
);
const clips = await benchClips(positionals);
const kafka = await startKafka();
try {
  for (const [name, bench] of Object.entries(PARTS))
    if (only === undefined || only === name) await bench(kafka, clips.paths);
} finally {
  await kafka.stop();
  clips.remove();
}
