import { describe, expect, inject, it } from 'vitest';
import type { KafkaMessage } from 'kafkajs';
import { DeadLetters } from '../../../services/ingest/kafka/dead-letters.js';
import { header } from '../../unit/ingest/messages/a-message.js';
import { letterLab, type LetterLab } from '../../helpers/kafka/letter-lab.js';

const access = inject('sharedKafka');
const ALL = { all: true } as const;

function values(messages: readonly KafkaMessage[]): string[] {
  return messages.map(({ value }) => String(value)).sort();
}

/** Numbers of the messages, as the list has them. */
async function listed(lab: LetterLab, limit = 1000, reason?: string): Promise<unknown[]> {
  const { letters } = await lab.letters.list(limit, reason);
  return letters.map((one) => one.letter.original.offset);
}

function idOf(lab: LetterLab, number: number): string {
  return `${lab.topics.clips}/0/${number}`;
}

async function buried(...numbers: readonly number[]): Promise<LetterLab> {
  const lab = await letterLab(access);
  await lab.bury(...numbers.map((number) => lab.original(number)));
  return lab;
}

describe('dead letters are listed', () => {
  it('the newest, in order, and how many more there are; partitions may be empty', async () => {
    const lab = await letterLab(access, {}, 12);
    for (const number of [1, 2, 3, 4]) await lab.bury(lab.original(number));
    expect(await listed(lab)).toEqual([1, 2, 3, 4]);
    expect(await listed(lab, 2)).toEqual([3, 4]);
    expect((await lab.letters.list(3)).more).toBe(1);
    expect(await listed(lab, 1, 'ODD')).toEqual([3]);
    expect(await listed(lab, 9, 'NONE')).toEqual([]);
  });

  it('without those that are done with, and each once', async () => {
    const lab = await buried(1, 2, 3);
    await lab.send(lab.topics.deadLetters, { key: idOf(lab, 2), value: null });
    await lab.bury(lab.original(3));
    expect((await listed(lab)).sort()).toEqual([1, 3]);
  });

  it('of an empty topic: none', async () => {
    const lab = await letterLab(access);
    expect(await lab.letters.list(10)).toEqual({ letters: [], more: 0 });
    expect(await lab.letters.find('x')).toBeUndefined();
    const { ended, refused } = await lab.letters.replay(ALL, undefined);
    expect([ended.length, refused.size]).toEqual([0, 0]);
  });

  it('of a topic that is not there: an error, soon, with advice', async () => {
    const lab = await letterLab(access);
    const topics = { ...lab.topics, deadLetters: 'nobody-made-this' };
    const letters = new DeadLetters(lab.kafka, topics, new AbortController().signal);
    const startMs = performance.now();
    const missing = expect.objectContaining({
      code: 'BROKER_FAILED',
      message: expect.stringContaining('clipid kafka init') as string,
    }) as Error;
    await expect(letters.list(10)).rejects.toThrow(missing);
    await expect(letters.replay(ALL, undefined)).rejects.toThrow(missing);
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it('not once nobody waits for them', async () => {
    const lab = await buried(1);
    const letters = new DeadLetters(lab.kafka, lab.topics, AbortSignal.abort());
    await expect(letters.list(10)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(letters.drop(ALL)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await listed(lab)).toEqual([1]);
  });

  it('one by its id, with its message', async () => {
    const lab = await buried(1, 2);
    const found = await lab.letters.find(idOf(lab, 2));
    expect(found?.letter).toMatchObject({ reason: 'EVEN', original: lab.original(2) });
    expect(await lab.letters.find(idOf(lab, 3))).toBeUndefined();
  });

  it('and leave no group behind', async () => {
    const lab = await buried(1);
    await lab.letters.list(10);
    const admin = lab.kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    const ours = groups.filter(({ groupId }) => groupId.startsWith(lab.topics.deadLetters));
    expect(ours).toEqual([]);
  });
});

describe('dead letters are replayed', () => {
  it('byte for byte, to the topic that they came from', async () => {
    const lab = await letterLab(access);
    const { clips, priority } = lab.topics;
    const [key, value, bytes] = [
      Buffer.from([0, 1, 255]),
      Buffer.from([255, 0]),
      Buffer.from([254]),
    ];
    const headers = [['a', bytes], header('a', ''), header('b', 'c')] as const;
    await lab.bury(lab.original(1, { key, value, headers }));
    await lab.bury(lab.original(2, { key: null, value: null }));
    await lab.bury(lab.original(3, { topic: priority ?? '' }));
    const { ended } = await lab.letters.replay(ALL, undefined);
    expect(ended).toEqual([idOf(lab, 1), idOf(lab, 2), `${priority ?? ''}/0/3`]);
    expect(await lab.committed(clips)).toMatchObject([
      { key, value, headers: { a: [bytes, Buffer.from('')], b: Buffer.from('c') } },
      { key: null, value: null, headers: {} },
    ]);
    expect(values(await lab.committed(priority ?? ''))).toEqual(['clip 3']);
    expect(await listed(lab)).toEqual([]);
  });

  it('those that were asked for, or with a reason, and none a second time', async () => {
    const lab = await buried(1, 2, 3, 4, 5);
    const { replay } = { replay: lab.letters.replay.bind(lab.letters) };
    expect((await replay({ ids: [idOf(lab, 2), 'nobody'] }, undefined)).ended).toHaveLength(1);
    expect((await replay({ all: true, reason: 'ODD' }, undefined)).ended).toHaveLength(3);
    expect((await replay({ ids: [idOf(lab, 2)] }, undefined)).ended).toEqual([]);
    expect(values(await lab.committed(lab.topics.clips))).toEqual(
      [1, 2, 3, 5].map((n) => `clip ${n}`),
    );
    expect(await listed(lab)).toEqual([4]);
  });

  it('not to a topic that a letter names and that is none of clips, unless somebody says so', async () => {
    const lab = await letterLab(access);
    const other = (await letterLab(access)).topics.clips;
    await lab.bury(lab.original(1, { topic: other }), lab.original(2));
    const first = await lab.letters.replay(ALL, undefined);
    expect(first.ended).toEqual([idOf(lab, 2)]);
    expect([...first.refused.keys()]).toEqual([`${other}/0/1`]);
    expect(await lab.committed(other)).toEqual([]);
    const second = await lab.letters.replay(ALL, lab.topics.clips);
    expect([second.ended, second.refused.size]).toEqual([[`${other}/0/1`], 0]);
    expect(await lab.committed(other)).toEqual([]);
    expect(values(await lab.committed(lab.topics.clips))).toEqual(['clip 1', 'clip 2']);
  });

  it('not into the dead letters themselves, nor into a topic that is not there', async () => {
    const lab = await buried(1);
    const itself = lab.letters.replay(ALL, lab.topics.deadLetters);
    await expect(itself).rejects.toMatchObject({ code: 'FIELD_INVALID' });
    const nowhere = lab.letters.replay(ALL, 'nobody-made-this');
    await expect(nowhere).rejects.toMatchObject({ code: 'BROKER_FAILED' });
    expect(await listed(lab)).toEqual([1]);
  });

  it('also when they are many or large: in several transactions', async () => {
    const lab = await letterLab(access);
    const numbers = Array.from({ length: 250 }, (_, i) => i);
    await lab.bury(...numbers.map((number) => lab.original(number)));
    const large = Buffer.alloc(900_000, 1);
    for (const number of [1000, 1001, 1002]) await lab.bury(lab.original(number, { value: large }));
    const progress: number[] = [];
    await lab.letters.replay(ALL, undefined, (ended) => progress.push(ended));
    expect(progress).toEqual([100, 200, 253]);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(253);
    expect(await listed(lab)).toEqual([]);
  });

  it('once, when several people do it at the same time', async () => {
    const lab = await buried(...Array.from({ length: 150 }, (_, i) => i));
    const tries = await Promise.allSettled([1, 2, 3].map(() => lab.letters.replay(ALL, undefined)));
    for (const one of tries) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    }
    await lab.letters.replay(ALL, undefined);
    expect(new Set(values(await lab.committed(lab.topics.clips))).size).toBe(150);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(150);
    expect(await listed(lab)).toEqual([]);
  });

  it('once, also where the end of the first time lies behind an open transaction', async () => {
    const lab = await letterLab(access, {}, 1);
    await lab.bury(lab.original(1));
    const producer = lab.kafka.producer({
      transactionalId: idOf(lab, 1),
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const open = await producer.transaction();
    await open.send({ topic: lab.topics.deadLetters, messages: [{ key: 'x', value: 'y' }] });
    expect((await lab.letters.replay({ ids: [idOf(lab, 1)] }, undefined)).ended).toHaveLength(1);
    expect(await listed(lab)).toEqual([1]); // nobody can read behind the open transaction yet
    const again = lab.letters.replay({ ids: [idOf(lab, 1)] }, undefined);
    setTimeout(() => void open.abort(), 1500);
    expect((await again).ended).toEqual([]);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(1);
    await producer.disconnect();
  });
});

describe('dead letters are dropped', () => {
  it('and sent nowhere, wherever they came from', async () => {
    const lab = await buried(1, 2, 3);
    await lab.bury(lab.original(4, { topic: 'forged' }));
    const some = await lab.letters.drop({ ids: [idOf(lab, 1), 'forged/0/4'] });
    expect([...some.ended].sort()).toEqual([idOf(lab, 1), 'forged/0/4'].sort());
    expect((await listed(lab)).sort()).toEqual([2, 3]);
    await lab.letters.drop({ all: true, reason: 'EVEN' });
    expect(await listed(lab)).toEqual([3]);
    expect(await lab.committed(lab.topics.clips)).toEqual([]);
  });
});
