import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import kafkajs from 'kafkajs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { EXIT } from '../../../services/cli/exit-codes.js';
import { clipIdOfUri } from '../../../services/core/content-id.js';
import { ClipSubmitted } from '../../../services/gen/clipid/v1/events.js';
import { connectKafka } from '../../helpers/kafka/connect.js';
import { documentsOf, kafkaCommand, ownTopics } from '../../helpers/kafka/kafka-command.js';
import { freePorts } from '../../helpers/kafka/ports.js';

const access = inject('sharedKafka');
const kafka = connectKafka(access);

async function settingOf(name: string, setting: string): Promise<string | undefined> {
  const admin = kafka.admin();
  await admin.connect();
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }];
  const { resources: found } = await admin.describeConfigs({ resources, includeSynonyms: false });
  await admin.disconnect();
  return found[0]?.configEntries.find(({ configName }) => configName === setting)?.configValue;
}

async function topicsWith(prefix: string): Promise<readonly string[]> {
  const admin = kafka.admin();
  await admin.connect();
  const topics = await admin.listTopics();
  await admin.disconnect();
  return topics.filter((topic) => topic.startsWith(prefix)).sort();
}

describe('clipid kafka init', () => {
  it('creates what is missing, and nothing when it is done again', async () => {
    const { prefix, variables } = ownTopics();
    const dry = await kafkaCommand(access, variables, 'init', '--dry-run', '--json');
    expect(dry.exitCode).toBe(EXIT.ok);
    expect(documentsOf(dry)).toHaveLength(7);
    expect(await topicsWith(prefix)).toEqual([]);
    const both = [1, 2].map(() => kafkaCommand(access, variables, 'init', '--partitions', '2'));
    for (const { exitCode } of await Promise.all(both)) expect(exitCode).toBe(EXIT.ok);
    expect(await topicsWith(prefix)).toHaveLength(7);
    expect(await settingOf(`${prefix}.tracks`, 'retention.ms')).toBe('259200000');
    expect(await settingOf(`${prefix}.dlq`, 'cleanup.policy')).toBe('compact,delete');
    expect(await settingOf(`${prefix}.dlq`, 'max.message.bytes')).toBe('2097152');
    const again = await kafkaCommand(access, variables, 'init', '--json', '--partitions', '4');
    expect(documentsOf(again)).toContainEqual(
      expect.objectContaining({
        topic: `${prefix}.clips`,
        state: 'EXISTS',
        partitions: 2,
        differences: [expect.stringContaining('2 partitions, 4 are planned')],
      }),
    );
  });

  it('says what the brokers refuse, and what to do', async () => {
    const { variables } = ownTopics();
    const { exitCode, notes } = await kafkaCommand(access, variables, 'init', '--replicas', '9');
    expect(exitCode).toBe(EXIT.failed);
    expect(notes.join()).toContain('--replicas');
  });
});

describe('clipid kafka check', () => {
  it('finds topics missing, then all in order, then clips that nobody reads', async () => {
    const { prefix, variables } = ownTopics();
    const before = await kafkaCommand(access, variables, 'check', '--json');
    expect(before.exitCode).toBe(EXIT.failed);
    expect(documentsOf(before)).toContainEqual({
      area: 'topics',
      state: 'FAIL',
      subject: `${prefix}.clips`,
      text: expect.stringContaining('clipid kafka init') as string,
    });
    await kafkaCommand(access, variables, 'init');
    const after = documentsOf(await kafkaCommand(access, variables, 'check', '--json'));
    const inOrder = after.filter(({ state }) => state === 'OK');
    expect(after.filter((one) => !inOrder.includes(one))).toEqual([]);
    expect(new Set(after.map(({ area }) => area))).toEqual(
      new Set(['brokers', 'topics', 'rights', 'groups']),
    );
    await kafkaCommand(access, variables, 'send', 'file:///a.mp4', 'file:///b.mp4');
    const waiting = await kafkaCommand(access, variables, 'check');
    expect(waiting.exitCode).toBe(EXIT.ok);
    const line = waiting.results.find((one) => one.includes(`${prefix}: ${prefix}.clips`));
    expect(line).toMatch(/WARN .*2 messages wait \(by partition .*\); nobody reads it now/);
  });

  it('names the members of a group and what each one reads', async () => {
    const { prefix, variables } = ownTopics();
    await kafkaCommand(access, variables, 'init', '--partitions', '2');
    const consumer = kafka.consumer({ groupId: prefix, maxWaitTimeInMs: 200 });
    onTestFinished(() => consumer.disconnect());
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.connect();
    await consumer.subscribe({ topic: `${prefix}.clips` });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    const { results } = await kafkaCommand(access, variables, 'check');
    expect(results.join('\n')).toMatch(
      /OK +\S+: \S+\.clips: nothing waits; read by clipid-test at \S+ \(0, 1\)/,
    );
  });

  it('tells a broker that is away from one that is none', async () => {
    const [port = 0] = await freePorts(1);
    const away = await kafkaCommand({ brokers: [`127.0.0.1:${port}`] }, {}, 'check');
    expect(away.exitCode).toBe(EXIT.unavailable);
    expect(away.results.join()).toMatch(/FAIL.*ECONNREFUSED.*CLIPID_KAFKA_BROKERS/);
    const other = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    onTestFinished(() => void other.close());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address() as AddressInfo;
    const none = await kafkaCommand({ brokers: [`127.0.0.1:${address.port}`] }, {}, 'check');
    expect(none.exitCode).toBe(EXIT.unavailable);
    expect(none.results.join()).toContain('no Kafka broker');
  });
});

describe('clipid kafka send', () => {
  it('sends clips as the service takes them', async () => {
    const { prefix, variables } = ownTopics();
    await kafkaCommand(access, variables, 'init', '--partitions', '1');
    const uri = 'https://cameras.example/door.mp4';
    const flags = ['--gallery', 'staff', '--priority', 'high', '--json'];
    const sent = await kafkaCommand(access, variables, 'send', uri, ...flags);
    const clip = clipIdOfUri(uri);
    expect(documentsOf(sent)).toEqual([{ clip, uri, topic: `${prefix}.clips` }]);
    const consumer = kafka.consumer({ groupId: prefix, maxWaitTimeInMs: 200 });
    onTestFinished(() => consumer.disconnect());
    await consumer.connect();
    await consumer.subscribe({ topic: `${prefix}.clips`, fromBeginning: true });
    const message = await new Promise<kafkajs.KafkaMessage>((resolve, reject) => {
      const eachMessage = (one: kafkajs.EachMessagePayload): Promise<void> => {
        resolve(one.message);
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    expect(String(message.key)).toBe(clip);
    const decoded = ClipSubmitted.decode(message.value ?? Buffer.alloc(0));
    expect(decoded).toMatchObject({ clipId: clip, uri, galleryId: 'staff' });
    expect(decoded.priority).toBe('CLIP_PRIORITY_HIGH');
  });

  it('refuses one id for several clips', async () => {
    const { variables } = ownTopics();
    const several = await kafkaCommand(access, variables, 'send', 'a:/a', 'b:/b', '--clip-id', 'c');
    expect(several.exitCode).toBe(EXIT.usage);
  });
});
