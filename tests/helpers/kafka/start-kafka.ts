import type { KafkaCluster, KafkaOptions } from './cluster.js';
import type { KafkaAccess } from './connect.js';
import { externalKafka, refuseExternal } from './external.js';
import { OwnCluster } from './own-cluster.js';
import { BrokerStartError } from './ready.js';

const ATTEMPTS = 3;

/**
 * Real Apache Kafka on loopback, in a temporary folder; it ends with `stop`, or with this process.
 * With KAFKA_BROKERS set nothing is started, and those brokers are neither stopped nor killed.
 *
 * @throws Error when a program is missing, or with the end of the log of a broker that fails.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const external = externalKafka();
  if (external !== undefined) return externalCluster(external, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await OwnCluster.start(options);
    } catch (error) {
      const again = error instanceof BrokerStartError && error.isPortTaken && attempt < ATTEMPTS;
      if (!again) throw error;
    }
  }
}

function externalCluster(access: KafkaAccess, options: KafkaOptions): KafkaCluster {
  if (options.security !== undefined) refuseExternal();
  return {
    ...access,
    brokerPid: refuseExternal,
    killBroker: () => Promise.resolve().then(refuseExternal),
    restartBroker: () => Promise.resolve().then(refuseExternal),
    dataFolder: refuseExternal,
    stop: () => Promise.resolve(),
  };
}
