import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaConnectionOf } from '../../../services/composition/kafka-connection.js';
import { loadConfig, type Settings } from '../../../services/config.js';
import type { ClipidError } from '../../../services/core/errors.js';
import { toBrokerError } from '../../../services/ingest/kafka/broker-errors.js';
import { createKafka } from '../../../services/ingest/kafka/client.js';
import { sendMessages } from '../../../services/ingest/kafka/send-messages.js';
import type { KafkaCluster } from '../../helpers/kafka/cluster.js';
import { lastValue } from '../../helpers/kafka/last-value.js';
import { noLog } from '../../helpers/kafka/connection.js';
import { externalKafka } from '../../helpers/kafka/external.js';
import { kafkaCommand, ownTopics } from '../../helpers/kafka/kafka-command.js';
import { allow, allowAll, AUTHORIZER } from '../../helpers/kafka/rights.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';
import { createTopic } from '../../helpers/kafka/topics.js';

const START_LIMIT_MS = 300_000;
const USERS = { ada: 'rightA', bob: 'rightB' };
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

describe.skipIf(externalKafka() !== undefined).each(['3.9', '4'] as const)(
  'Kafka %s that demands TLS, a login and rights',
  (version) => {
    let cluster: KafkaCluster;
    let folder: string;
    let topic: string;

    beforeAll(async () => {
      const security = { tls: true, users: USERS };
      cluster = await startKafka({ version, security, properties: AUTHORIZER });
      folder = mkdtempSync(join(tmpdir(), 'clipid-test-'));
      writeFileSync(join(folder, 'ca.pem'), cluster.ssl?.ca.join('\n') ?? '');
      for (const [name, password] of Object.entries(USERS))
        writeFileSync(join(folder, name), `${password}\n`);
      topic = await createTopic(cluster);
    }, START_LIMIT_MS);
    afterAll(async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    });

    /** As variables of the environment, the password in a file. */
    function variablesOf(user: string, mechanism = 'scram-sha-256'): Record<string, string> {
      return {
        CLIPID_KAFKA_BROKERS: cluster.brokers.join(','),
        CLIPID_KAFKA_TLS: 'true',
        CLIPID_KAFKA_TLS_CA: join(folder, 'ca.pem'),
        CLIPID_KAFKA_SASL: mechanism,
        CLIPID_KAFKA_USERNAME: user,
        CLIPID_KAFKA_PASSWORD_FILE: join(folder, user),
      };
    }

    function clientOf(variables: Readonly<Record<string, string>>, flags: Settings = {}): Kafka {
      const connection = kafkaConnectionOf(loadConfig(flags, variables));
      if (connection === null) throw new Error('no brokers');
      return createKafka(connection, noLog, 1);
    }

    it.each(MECHANISMS)('is written and read by %s', async (mechanism) => {
      const kafka = clientOf(variablesOf('ada', mechanism));
      await sendMessages(kafka, topic, [{ key: mechanism, value: Buffer.from(mechanism) }]);
      expect(await lastValue(kafka, topic)).toBe(mechanism);
    });

    it('refuses a wrong password: the message says which settings to look at', async () => {
      writeFileSync(join(folder, 'eve'), 'wrong');
      for (const mechanism of MECHANISMS) {
        const error = await refusal(clientOf(variablesOf('eve', mechanism)), topic);
        expect(error.code).toBe('BROKER_FAILED');
        expect(error.message).toContain('CLIPID_KAFKA_PASSWORD_FILE');
      }
    });

    it('is not trusted without its certificate, and not reached without TLS', async () => {
      const untrusted = { ...variablesOf('ada'), CLIPID_KAFKA_TLS_CA: '' };
      const stranger = await refusal(clientOf(untrusted), topic);
      expect(stranger.code).toBe('BROKER_FAILED');
      expect(stranger.message).toContain('CLIPID_KAFKA_TLS_CA');
      const plain = clientOf({ ...untrusted, CLIPID_KAFKA_TLS: '' });
      const unencrypted = await refusal(plain, topic);
      expect(unencrypted.code).toBe('UNAVAILABLE');
      expect(unencrypted.message).toContain('CLIPID_KAFKA_TLS');
    });

    it('refuses who has no right: the message says which one is missing', async () => {
      const bob = clientOf(variablesOf('bob'));
      // Without the right to see a topic it looks as if it were not there.
      expect((await refusal(bob, topic)).message).toMatch(/Write|Describe/);
      await allow(cluster, 'bob', { on: 'TOPIC', name: topic, operations: ['READ'] });
      const write = await refusal(bob, topic);
      expect(write).toMatchObject({ code: 'BROKER_FAILED' });
      expect(write.message).toContain('Write');
      const group = await thrownBy(() => lastValue(bob, topic));
      expect(group.message).toContain('Read on the group CLIPID_KAFKA_GROUP');
      await allow(cluster, 'bob', { on: 'TOPIC', name: topic, operations: ['WRITE'] });
      const transaction = await thrownBy(() => beginTransaction(bob));
      expect(transaction.message).toContain('Write on transactional ids');
    });

    it('is checked by `clipid kafka check`: for who may do everything, and for who may not', async () => {
      const { prefix, variables } = ownTopics();
      const asAda = { ...variables, ...variablesOf('ada', 'scram-sha-512') };
      await kafkaCommand(cluster, asAda, 'init');
      const ada = (await kafkaCommand(cluster, asAda, 'check')).results.join('\n');
      const line = version === '4' ? 'Kafka 4 or newer' : 'Kafka 3 or older';
      expect(ada).toContain(`${line}, encrypted, logged in as ada by scram-sha-512`);
      expect(ada).toMatch(/WARN +rules: none gives User:ada: .*super user/);
      const asBob = { ...variables, ...variablesOf('bob') };
      const before = await kafkaCommand(cluster, asBob, 'check');
      expect(before.exitCode).toBe(1);
      expect(before.results.join('\n')).toMatch(/FAIL +\S+\.clips: not there.*right Describe/);
      await allowAll(cluster, 'bob', prefix);
      const after = await kafkaCommand(cluster, asBob, 'check');
      expect(after.exitCode).toBe(0);
      expect(after.results.join('\n')).toContain('OK   rules: they give User:bob');
    });
  },
);

async function thrownBy(work: () => Promise<unknown>): Promise<ClipidError> {
  return toBrokerError(
    await work().then(
      () => new Error('nothing was thrown'),
      (error: unknown) => error,
    ),
  );
}

function refusal(kafka: Kafka, topic: string): Promise<ClipidError> {
  return thrownBy(() => sendMessages(kafka, topic, [{ key: 'a', value: Buffer.from('a') }]));
}

async function beginTransaction(kafka: Kafka): Promise<void> {
  const transactionalId = 'nobodys';
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  try {
    await producer.connect();
    await producer.transaction();
  } finally {
    await producer.disconnect();
  }
}
