import { startKafka } from './start-kafka.js';

/** A process that starts a node, prints the node's process id and waits to be killed. */
const kafka = await startKafka();
process.stdout.write(`${kafka.brokerPid(0)}\n`);
