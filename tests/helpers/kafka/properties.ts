import { LOOPBACK } from './ports.js';
import { protocolOf, type KafkaSecurity } from './security.js';

/** Kafka's own names and values, as in its server.properties. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

export interface NodePorts {
  readonly clients: number;
  readonly internal: number;
  readonly controller: number;
}

/** Which listeners a node has; node ids count from 0, like the list of brokers. */
export function nodeProperties(
  nodeId: number,
  ports: readonly NodePorts[],
  security: KafkaSecurity,
): Properties {
  const own = ports[nodeId];
  if (own === undefined) throw new Error(`node ${nodeId} of ${ports.length} has no ports`);
  const advertised = `CLIENTS://${LOOPBACK}:${own.clients},INTERNAL://${LOOPBACK}:${own.internal}`;
  const voters = ports.map(({ controller }, id) => `${id}@${LOOPBACK}:${controller}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': voters.join(','),
    listeners: `${advertised},CONTROLLER://${LOOPBACK}:${own.controller}`,
    'advertised.listeners': advertised,
    'listener.security.protocol.map': `CLIENTS:${protocolOf(security)},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
  };
}

/** Every copy counts: with three nodes one may die and writing goes on, with two dead it stops. */
export function replicationProperties(nodes: number): Properties {
  const leastInSync = nodes > 1 ? nodes - 1 : 1;
  return {
    'default.replication.factor': nodes,
    'min.insync.replicas': leastInSync,
    'offsets.topic.replication.factor': nodes,
    'transaction.state.log.replication.factor': nodes,
    'transaction.state.log.min.isr': leastInSync,
  };
}

/** Quick and small: a test waits for each of these. */
export const TEST_PROPERTIES: Properties = {
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 4,
  // A killed broker's partitions get a new leader after 3 s rather than 9.
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 3_000,
  // The cleaner's buffer is 128 MiB by default, more than all the rest.
  'log.cleaner.dedupe.buffer.size': 2 * 2 ** 20,
  'log.index.size.max.bytes': 2 ** 20,
  'num.network.threads': 1,
  'num.io.threads': 2,
  'background.threads': 2,
};

/** The text of a server.properties file. */
export function propertiesText(properties: Properties): string {
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  return `${lines.join('\n')}\n`;
}
