import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import { clipRow } from '../../../contract/store-rows.js';
import { sourceMessage } from '../messages/a-message.js';
import { CLIPS, FeedBench, HIGH, OTHERS, type FeedBenchOptions } from './feed-bench.js';

async function started(options: FeedBenchOptions = {}): Promise<FeedBench> {
  const bench = new FeedBench(options);
  await bench.start();
  return bench;
}

const storeFailed = () => new ClipidError('STORE_FAILED', 'The disk is full.');

describe('ClipFeed, offsets', () => {
  it('invariant 1: commits a message once its clip and all before it are at their end', async () => {
    const bench = await started();
    bench.give(5, ['a', 'b']);
    await bench.until(() => expect(bench.queued).toEqual(['a', 'b']));
    bench.change('b', { state: 'DONE' });
    await delay(350);
    expect(bench.reader.committed).toEqual([]);
    bench.change('a', { state: 'FAILED', errorCode: 'CLIP_UNREADABLE' });
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(7));
  });

  it('commits nothing of a partition that went to another member, and gives its room back', async () => {
    const bench = await started({ maxInFlight: 2 });
    bench.give(5, ['a', 'b', 'c']);
    bench.give(50, ['d'], OTHERS);
    await bench.until(() => expect(bench.queued).toEqual(['a', 'b']));
    bench.reader.lose(CLIPS);
    bench.change('a', { state: 'DONE' });
    await bench.until(() => expect(bench.queued).toEqual(['b', 'd']));
    bench.change('d', { state: 'DONE' });
    await bench.until(() => expect(bench.reader.committedOf(OTHERS)).toBe(51));
    expect(bench.reader.committedOf(CLIPS)).toBeUndefined();
  });

  it('a message that is given again is the same clip, whatever came of it meanwhile', async () => {
    const bench = await started();
    bench.give(5, ['a', 'b', 'c']);
    await bench.until(() => expect(bench.queued).toHaveLength(3));
    bench.reader.lose(CLIPS);
    bench.change('a', { state: 'DONE' });
    bench.change('b', { state: 'FAILED', errorCode: 'CLIP_UNREADABLE' });
    bench.reader.assign(CLIPS);
    bench.give(5, ['a', 'b', 'c']);
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(7));
    bench.change('c', { state: 'DONE' });
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(8));
    expect(bench.stage.announced).toEqual(['a QUEUED', 'b QUEUED', 'c QUEUED']);
    expect(bench.feed.inFlightCount).toBe(0);
  });

  it('ends when the broker takes no offsets any more', async () => {
    const bench = await started();
    bench.reader.refusal = new ClipidError('BROKER_FAILED', 'Give this user the right Read.');
    bench.give(5, ['a']);
    await bench.until(() => expect(bench.queued).toEqual(['a']));
    bench.change('a', { state: 'DONE' });
    await bench.until(() => expect(bench.failures[0]?.code).toBe('BROKER_FAILED'));
  });
});

describe('ClipFeed, what stands in the way', () => {
  it('waits for room in the queue, and loses nothing meanwhile', async () => {
    const bench = await started({ maxQueued: 1 });
    bench.give(5, ['a', 'b']);
    await bench.until(() => expect(bench.feed.inFlightCount).toBe(2));
    expect(bench.queued).toEqual(['a']);
    for (let turn = 0; turn < 3; turn++) await delay(400);
    expect(bench.letters).toEqual([]);
    bench.change('a', { state: 'DONE' });
    await bench.until(() => expect(bench.queued).toEqual(['b']));
  });

  it('stops when the store fails, and commits nothing of what it could not keep', async () => {
    const submit = (): never => {
      throw storeFailed();
    };
    const bench = await started({ change: () => ({ clips: { submit } }) });
    bench.give(5, ['a', 'b']);
    await bench.until(() =>
      expect(bench.failures.map((error) => error.code)).toEqual(['STORE_FAILED']),
    );
    await bench.feed.close();
    expect(bench.reader.committed).toEqual([]);
    expect(bench.reader.isStarted).toBe(false);
  });

  it('stops where not even the dead letter can be kept', async () => {
    const bench = await started({
      change: ({ store }) => ({
        store: {
          ...store,
          appendOutbox: () => {
            throw storeFailed();
          },
        },
      }),
    });
    bench.reader.give(sourceMessage({ ...CLIPS, value: Buffer.from('no message') }));
    await bench.until(() => expect(bench.failures[0]?.code).toBe('STORE_FAILED'));
    await bench.feed.close();
    expect(bench.reader.committed).toEqual([]);
  });

  it('gives a message up that breaks our own code each time', async () => {
    let tries = 0;
    const submit = (): never => {
      tries++;
      throw new TypeError('undefined is no function');
    };
    const bench = await started({ change: () => ({ clips: { submit } }) });
    bench.give(5, ['a']);
    await bench.until(() => expect(bench.letters).toHaveLength(1));
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(6));
    expect({ tries, failures: bench.failures }).toEqual({ tries: 3, failures: [] });
  });

  it('refuses a clip of a gallery that is not there, and of an id that another clip has', async () => {
    const bench = await started();
    bench.stage.store.insertClip(clipRow({ clipId: 'a', uri: 'file:///another.mp4' }));
    bench.give(5, ['a']);
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(6));
    const reasons = bench.letters.map((row) =>
      String(new Map(row.headers).get('clipid-dlq-reason')),
    );
    expect(reasons).toEqual(['CONFLICT']);
  });

  it('a clip that is deleted while its message waits for it holds nothing up', async () => {
    const bench = await started();
    bench.give(5, ['a']);
    await bench.until(() => expect(bench.queued).toEqual(['a']));
    bench.stage.store.deleteClip('g', 'a');
    bench.events.deleted('g', 'a');
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(6));
  });
});

describe('ClipFeed, much at a time', () => {
  it('goes over thousands of messages whose clips are done already', async () => {
    const bench = await started({ maxInFlight: 2 });
    const ids = Array.from({ length: 5000 }, (_, i) => `clip-${i % 3}`);
    for (const clipId of new Set(ids))
      bench.stage.store.insertClip(
        clipRow({ clipId, uri: `file:///${clipId}.mp4`, state: 'DONE' }),
      );
    bench.give(0, ids);
    await bench.until(() => expect(bench.reader.committedOf(CLIPS)).toBe(5000), 20_000);
    expect(bench.failures).toEqual([]);
  });

  it('invariant 8: takes no more than there is room for; what waits for another try is no burden', async () => {
    const bench = await started({ maxInFlight: 2 });
    bench.give(0, ['a', 'b', 'c', 'd']);
    await bench.until(() => expect(bench.queued).toEqual(['a', 'b']));
    await delay(100);
    expect(bench.queued).toEqual(['a', 'b']);
    bench.change('a', { state: 'EXTRACTING' });
    bench.change('a', { state: 'QUEUED', errorCode: 'CLIP_UNREACHABLE', notBeforeMs: 1e15 });
    await bench.until(() => expect(bench.queued).toContain('c'));
    bench.change('a', { state: 'EXTRACTING' });
    bench.change('b', { state: 'DONE' });
    await delay(100);
    expect(bench.queued).not.toContain('d');
  });

  it('takes what is high first, as high, and beside a normal topic that is full', async () => {
    const bench = await started({ maxInFlight: 1 });
    bench.give(0, ['n1', 'n2']);
    await bench.until(() => expect(bench.queued).toEqual(['n1']));
    bench.give(9, ['h1'], HIGH);
    await bench.until(() => expect(bench.queued).toEqual(['h1', 'n1']));
    expect(bench.stage.store.clip('g', 'h1')?.priority).toBe('HIGH');
  });

  it('takes nothing after it was told to end', async () => {
    const bench = await started();
    bench.feed.drain();
    bench.give(5, ['a']);
    await delay(50);
    expect(bench.queued).toEqual([]);
  });
});
