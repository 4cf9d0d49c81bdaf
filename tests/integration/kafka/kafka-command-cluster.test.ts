import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXIT } from '../../../services/cli/exit-codes.js';
import { skipWithoutOwnBrokers } from '../../helpers/kafka/external.js';
import { documentsOf, kafkaCommand, ownTopics } from '../../helpers/kafka/kafka-command.js';
import { startKafka } from '../../helpers/kafka/start-kafka.js';

const START_LIMIT_MS = 300_000;
const OTHERS_LIMIT = { timeout: 60_000, interval: 500 };

describe('clipid kafka with three brokers', { timeout: START_LIMIT_MS }, () => {
  it('copies every topic three times, and names the broker that is away', async ({ skip }) => {
    skipWithoutOwnBrokers(skip);
    const cluster = await startKafka({ nodes: 3 });
    onTestFinished(() => cluster.stop());
    const { variables } = ownTopics();
    // Of one broker alone it learns the others.
    const seed = { brokers: cluster.brokers.slice(0, 1) };
    const created = await kafkaCommand(seed, variables, 'init', '--json');
    for (const one of documentsOf(created))
      expect(one).toMatchObject({ state: 'CREATED', replicas: 3, differences: [] });
    const whole = documentsOf(await kafkaCommand(seed, variables, 'check', '--json'));
    expect(whole.filter(({ state }) => state !== 'OK')).toEqual([]);
    const brokers = whole.filter(({ area }) => area === 'brokers').map(({ subject }) => subject);
    expect([...brokers].sort()).toEqual([...cluster.brokers].sort());
    await cluster.killBroker(2);
    // Until the others have taken over its work, they are in trouble, too.
    await vi.waitFor(async () => {
      const less = await kafkaCommand(cluster, variables, 'check', '--json');
      expect(less.exitCode).toBe(EXIT.failed);
      const failed = documentsOf(less).filter(({ state }) => state === 'FAIL');
      expect(failed).toMatchObject([{ area: 'brokers', subject: cluster.brokers[2] }]);
    }, OTHERS_LIMIT);
  });
});
