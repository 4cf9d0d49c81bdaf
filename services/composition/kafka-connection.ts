import { readFileSync } from 'node:fs';
import type { Config } from '../config.js';
import { ClipidError } from '../core/errors.js';
import type { KafkaConnection, TopicNames } from '../ingest/kafka/connection.js';

/** How to reach the brokers; null where there are none. Throws FIELD_INVALID for a file that cannot be read. */
export function kafkaConnectionOf(config: Config): KafkaConnection | null {
  const { kafkaBrokers: brokers, role } = config;
  if (brokers.length === 0) return null;
  return { clientId: `clipid-${role}`, brokers, tls: tlsOf(config), sasl: saslOf(config) };
}

export function topicNamesOf(config: Config): TopicNames {
  const { kafkaClipsTopic: clips, kafkaRetrySeconds } = config;
  return {
    clips,
    priority: config.kafkaPriorityTopic ?? null,
    retries: kafkaRetrySeconds.map((_, i) => `${clips}.retry.${i + 1}`),
    retryWaitsMs: kafkaRetrySeconds.map((seconds) => seconds * 1000),
    deadLetters: config.kafkaDeadLetterTopic,
    identifications: config.kafkaIdentificationsTopic,
    status: config.kafkaStatusTopic,
    tracks: config.kafkaTracksTopic,
    gallery: config.kafkaGalleryTopic,
  };
}

function tlsOf(config: Config): KafkaConnection['tls'] {
  if (!config.kafkaTls) return null;
  return {
    ca: contentOf(config.kafkaTlsCa, 'CLIPID_KAFKA_TLS_CA'),
    cert: contentOf(config.kafkaTlsCert, 'CLIPID_KAFKA_TLS_CERT'),
    key: contentOf(config.kafkaTlsKey, 'CLIPID_KAFKA_TLS_KEY'),
  };
}

function saslOf(config: Config): KafkaConnection['sasl'] {
  const { kafkaSasl: mechanism, kafkaUsername: username = '', kafkaPassword } = config;
  if (mechanism === 'none') return null;
  const fromFile = contentOf(config.kafkaPasswordFile, 'CLIPID_KAFKA_PASSWORD_FILE');
  return { mechanism, username, password: kafkaPassword ?? fromFile?.trimEnd() ?? '' };
}

function contentOf(path: string | undefined, variable: string): string | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `${variable}: the file ${path} cannot be read.`;
    throw new ClipidError('FIELD_INVALID', message, { field: variable, cause });
  }
}
