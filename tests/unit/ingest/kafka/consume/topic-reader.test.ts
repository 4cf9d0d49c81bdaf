import type { EachBatchPayload, Kafka } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { TopicReader } from '../../../../../services/ingest/kafka/consume/topic-reader.js';

const PLACE = { topic: 't', partition: 0 };

/** A batch of kafkajs's with messages at these offsets. */
function batchOf(offsets: readonly number[], isStale: boolean): EachBatchPayload {
  const messages = offsets.map((offset) => ({
    ...{ key: null, value: Buffer.of(1), timestamp: '0', attributes: 0, size: 1 },
    offset: String(offset),
  }));
  const lastOffset = () => String(offsets.at(-1));
  const batch = { ...PLACE, messages, lastOffset };
  return {
    batch,
    resolveOffset: () => undefined,
    isStale: () => isStale,
  } as unknown as EachBatchPayload;
}

/** A reader in its group; `fetched` gives it a batch and takes what came of it. */
async function started() {
  const told = { back: 0, offsets: [] as number[] };
  let eachBatch: (payload: EachBatchPayload) => unknown = () => undefined;
  let join: (event: object) => void = () => undefined;
  const consumer = {
    events: { GROUP_JOIN: 'GROUP_JOIN' },
    on: (name: string, listener: typeof join) => {
      if (name === 'GROUP_JOIN') join = listener;
    },
    connect: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    run: (how: { readonly eachBatch: typeof eachBatch }) => {
      eachBatch = how.eachBatch;
      return Promise.resolve();
    },
    ...{ seek: () => undefined, pause: () => undefined, resume: () => undefined },
  };
  const options = { groupId: 'g', topics: ['t'], sessionMs: 6000 };
  const reader = new TopicReader({ consumer: () => consumer } as unknown as Kafka, options, {
    ...{ assigned: () => undefined, available: () => undefined },
    ...{ failed: () => undefined, state: () => undefined },
    wentBack: () => told.back++,
  });
  await reader.start();
  const rejoins = () => join({ payload: { memberAssignment: { t: [0] } } });
  rejoins();
  const fetched = (offsets: readonly number[], isStale = false): void => {
    eachBatch(batchOf(offsets, isStale));
    for (let next = reader.peek(PLACE); next; next = reader.peek(PLACE)) {
      told.offsets.push(next.offset);
      reader.shift(PLACE);
    }
  };
  return { told, reader, rejoins, fetched };
}

describe('TopicReader, batches that lie before what came last', () => {
  it('tells of them, and gives them', async () => {
    const { told, fetched } = await started();
    fetched([5, 6]);
    fetched([0, 1]);
    expect(told).toEqual({ back: 1, offsets: [5, 6, 0, 1] });
  });

  it('takes none for one that was fetched before it was told where to go on', async () => {
    const { told, rejoins, fetched } = await started();
    fetched([5, 6]);
    rejoins();
    fetched([5, 6], true);
    fetched([7]);
    expect(told).toEqual({ back: 0, offsets: [5, 6, 7] });
  });

  it('takes none for one that it was sent back to', async () => {
    const { told, reader, fetched } = await started();
    fetched([5, 6]);
    reader.hold(PLACE);
    reader.seek(PLACE, 2);
    fetched([2, 3]);
    expect(told).toEqual({ back: 0, offsets: [5, 6, 2, 3] });
  });
});
