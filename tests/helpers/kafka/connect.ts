import { Kafka, logLevel, type SASLOptions } from 'kafkajs';

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** What a client has to know of a cluster. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  readonly ssl?: { readonly ca: readonly string[] } | undefined;
  /** The first user, if the brokers demand one. */
  readonly sasl?: { readonly username: string; readonly password: string } | undefined;
}

export interface ConnectOptions {
  /** 'plain' by default; without users, none is used. */
  readonly mechanism?: SaslMechanism;
  /** 20 by default, at most a second apart: enough for another broker to take over. */
  readonly retries?: number;
}

/** A silent kafkajs client, for what a test itself does to a cluster. */
export function connectKafka(access: KafkaAccess, options: ConnectOptions = {}): Kafka {
  const { brokers, ssl, sasl } = access;
  const { mechanism = 'plain', retries = 20 } = options;
  return new Kafka({
    clientId: 'clipid-test',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries },
    ...(ssl !== undefined && { ssl: { ca: [...ssl.ca] } }),
    ...(sasl !== undefined && { sasl: saslOptions(mechanism, sasl) }),
  });
}

function saslOptions(
  mechanism: SaslMechanism,
  login: { readonly username: string; readonly password: string },
): SASLOptions {
  return { mechanism, ...login };
}
