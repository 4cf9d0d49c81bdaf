import type { Transaction } from 'kafkajs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { LetterChoice } from '../../../services/ingest/kafka/dead-letters.js';
import { EndingWriter } from '../../../services/ingest/kafka/dead-letters/ending-writer.js';
import {
  buried,
  idOf,
  letterLab,
  listed,
  values,
  type LetterLab,
} from '../../helpers/kafka/letter-lab.js';
import { header } from '../../unit/ingest/messages/a-message.js';

const access = inject('sharedKafka');
const ALL = { all: true } as const;

/** On the dead-letter topic, as of a process that is writing one. */
async function openTransaction(lab: LetterLab): Promise<Transaction> {
  const producer = lab.kafka.producer({
    transactionalId: `${lab.topics.clips}-writer`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({
    topic: lab.topics.deadLetters,
    messages: [{ key: 'k', value: 'v' }],
  });
  return transaction;
}

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
    const lab = await buried(access, 1, 2, 3, 4, 5);
    const replayed = async (choice: LetterChoice): Promise<number> =>
      (await lab.letters.replay(choice, undefined)).ended.length;
    expect(await replayed({ ids: [idOf(lab, 2), 'nobody'] })).toBe(1);
    expect(await replayed({ all: true, reason: 'ODD' })).toBe(3);
    expect(await replayed({ ids: [idOf(lab, 2)] })).toBe(0);
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
    const lab = await buried(access, 1);
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
    const lab = await buried(access, ...Array.from({ length: 150 }, (_, i) => i));
    const tries = await Promise.allSettled([1, 2, 3].map(() => lab.letters.replay(ALL, undefined)));
    for (const one of tries) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    }
    await lab.letters.replay(ALL, undefined);
    expect(new Set(values(await lab.committed(lab.topics.clips))).size).toBe(150);
    expect(await lab.committed(lab.topics.clips)).toHaveLength(150);
    expect(await listed(lab)).toEqual([]);
  });

  it('not where somebody ended them behind a transaction that is still open', async () => {
    const lab = await letterLab(access, {}, 1);
    await lab.bury(lab.original(1));
    const open = await openTransaction(lab);
    await lab.send(lab.topics.deadLetters, { key: idOf(lab, 1), value: null });
    expect(await listed(lab)).toEqual([1]); // nobody can read behind the open transaction yet
    const replayed = lab.letters.replay(ALL, undefined);
    setTimeout(() => void open.abort(), 1500);
    expect((await replayed).ended).toEqual([]);
    expect(await lab.committed(lab.topics.clips)).toEqual([]);
  });
});

describe('whoever writes later', () => {
  it('fences who began before, whose letters stay as they are', async () => {
    const lab = await buried(access, 1, 2);
    const endings = (await lab.letters.list(10)).letters.map((lying) => ({ lying, to: null }));
    const first = await EndingWriter.open(lab.kafka, lab.topics.deadLetters);
    const second = await EndingWriter.open(lab.kafka, lab.topics.deadLetters);
    onTestFinished(() => Promise.all([first.close(), second.close()]).then(() => undefined));
    await expect(first.write(endings.slice(0, 1))).rejects.toMatchObject({ code: 'CONFLICT' });
    await second.write(endings.slice(1));
    expect(await listed(lab)).toEqual([endings[0]?.lying.letter.original.offset]);
  });
});

describe('dead letters are dropped', () => {
  it('and sent nowhere, wherever they came from', async () => {
    const lab = await buried(access, 1, 2, 3);
    await lab.bury(lab.original(4, { topic: 'forged' }));
    const some = await lab.letters.drop({ ids: [idOf(lab, 1), 'forged/0/4'] });
    expect([...some.ended].sort()).toEqual([idOf(lab, 1), 'forged/0/4'].sort());
    expect((await listed(lab)).sort()).toEqual([2, 3]);
    await lab.letters.drop({ all: true, reason: 'EVEN' });
    expect(await listed(lab)).toEqual([3]);
    expect(await lab.committed(lab.topics.clips)).toEqual([]);
  });
});
