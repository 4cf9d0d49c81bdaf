import type { KafkaConnection } from '../../../services/ingest/kafka/connection.js';
import type { KafkaAccess, SaslMechanism } from './connect.js';

/** The way to a cluster as the service takes it; with users, the first one logs in. */
export function connectionTo(
  { brokers, ssl, sasl }: KafkaAccess,
  mechanism: SaslMechanism = 'plain',
): KafkaConnection {
  return {
    clientId: 'clipid-test',
    brokers,
    tls: ssl === undefined ? null : { ca: ssl.ca.join('\n'), cert: null, key: null },
    sasl: sasl === undefined ? null : { mechanism, ...sasl },
  };
}

/** For a createKafka whose complaints nobody reads. */
export const noLog = (): undefined => undefined;
