import type { ProducerBatch, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { CompleteSend } from '../../../../services/ingest/kafka/complete-send.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const batch: ProducerBatch = {
  topicMessages: [{ topic: 'tracks', messages: keys.map((key) => ({ key, value: key })) }],
};

/** Chooses partitions as kafkajs has it done, and answers for those that it is told to. */
function sender(complete: CompleteSend, answer: (chosen: number[]) => number[]) {
  const choose = complete.createPartitioner();
  const partitionMetadata = [0, 1, 2, 3].map((partitionId) => ({
    ...{ partitionId, leader: partitionId % 2, replicas: [0, 1], isr: [0, 1] },
    ...{ partitionErrorCode: 0, offlineReplicas: [] },
  }));
  const sendBatch = ({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> => {
    const chosen = topicMessages.flatMap(({ topic, messages }) =>
      messages.map((message) => choose({ topic, message, partitionMetadata })),
    );
    const answered = answer([...new Set(chosen)]);
    const metadata = (partition: number) => ({ topicName: 'tracks', partition, errorCode: 0 });
    return Promise.resolve(answered.map(metadata));
  };
  return { sendBatch };
}

describe('CompleteSend', () => {
  it('is content where each partition is answered for once', async () => {
    for (const once of [true, false]) {
      const complete = new CompleteSend({ once });
      await complete.send(
        sender(complete, (chosen) => chosen),
        batch,
      );
    }
  });

  it('invariant 1: notices what was left out, and said to be sent', async () => {
    const complete = new CompleteSend();
    const half = sender(complete, (chosen) => chosen.slice(1));
    await expect(complete.send(half, batch)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('invariant 1: lets no transaction hold what was written twice', async () => {
    const complete = new CompleteSend({ once: true });
    const twice = sender(complete, (chosen) => [...chosen, ...chosen.slice(0, 1)]);
    await expect(complete.send(twice, batch)).rejects.toThrow('twice');
  });

  it('bears it where readers know a record by its id', async () => {
    const complete = new CompleteSend();
    const twice = sender(complete, (chosen) => [...chosen, ...chosen]);
    await complete.send(twice, batch);
  });
});
