import { describe, expect, inject, it } from 'vitest';
import { DeadLetters } from '../../../services/ingest/kafka/dead-letters.js';
import { buried, idOf, letterLab, listed } from '../../helpers/kafka/letter-lab.js';

const access = inject('sharedKafka');
const ALL = { all: true } as const;

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
    const lab = await buried(access, 1, 2, 3);
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
    const lab = await buried(access, 1);
    const letters = new DeadLetters(lab.kafka, lab.topics, AbortSignal.abort());
    await expect(letters.list(10)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(letters.drop(ALL)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await listed(lab)).toEqual([1]);
  });

  it('one by its id, with its message', async () => {
    const lab = await buried(access, 1, 2);
    const found = await lab.letters.find(idOf(lab, 2));
    expect(found?.letter).toMatchObject({ reason: 'EVEN', original: lab.original(2) });
    expect(await lab.letters.find(idOf(lab, 3))).toBeUndefined();
  });

  it('and leave no group behind', async () => {
    const lab = await buried(access, 1);
    await lab.letters.list(10);
    const admin = lab.kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    const ours = groups.filter(({ groupId }) => groupId.startsWith(lab.topics.deadLetters));
    expect(ours).toEqual([]);
  });
});
