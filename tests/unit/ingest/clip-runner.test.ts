import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ClipidError, type ErrorCode } from '../../../services/core/errors.js';
import { clipRow } from '../../contract/store-rows.js';
import { person, tracksOf } from '../identify/second-stage.js';
import { endless, oneFace, RunnerBench, type Script } from './runner-bench.js';

const failing =
  (code: ErrorCode, times = Infinity): Script =>
  (job, signal) =>
    times-- > 0 ? Promise.reject(new ClipidError(code, `${code}.`)) : oneFace(job, signal);

describe('ClipRunner, work', () => {
  it('takes the queue through both stages in the order of submission', async () => {
    const bench = new RunnerBench();
    for (const clipId of ['c', 'a', 'b']) bench.queue(clipId);
    bench.start();
    await bench.untilState('b', 'DONE');
    expect(bench.extracted).toEqual(['c', 'a', 'b']);
    expect(bench.changes).toEqual(
      ['c', 'a', 'b'].flatMap((clipId) => [`${clipId} EXTRACTING`, `${clipId} DONE`]),
    );
    expect(bench.clip('a')).toMatchObject({ attempts: 1, errorCode: null });
    expect(bench.store.appearancesOfClip('g', 'a')).toHaveLength(1);
    expect(bench.store.nextExtraction()).toBeUndefined();
  });

  it('works on a clip at once when it is told of it', async () => {
    const bench = new RunnerBench();
    const runner = bench.start({ concurrency: 2 });
    await delay(20);
    const startedMs = performance.now();
    bench.queue('a');
    runner.wake();
    await bench.untilState('a', 'DONE');
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  it('invariant 8: works on no more clips at a time than it may', async () => {
    const bench = new RunnerBench();
    let [running, most] = [0, 0];
    const extract: Script = async (job, signal) => {
      most = Math.max(most, ++running);
      await delay(10);
      running--;
      return oneFace(job, signal);
    };
    for (let i = 0; i < 12; i++) bench.queue(`c${i}`);
    bench.start({ extract, concurrency: 3 });
    await bench.until(() => bench.store.countClips('DONE') === 12);
    expect(most).toBe(3);
  });

  it('identifies one clip after the other, so that each sees what was written before', async () => {
    const bench = new RunnerBench();
    let [running, most] = [0, 0];
    const identify = async (tracks: ReturnType<typeof tracksOf>): Promise<void> => {
      most = Math.max(most, ++running);
      await delay(5);
      await bench.stage.identifier.identify(tracks);
      running--;
    };
    for (let i = 0; i < 8; i++) bench.queue(`c${i}`);
    bench.start({ identify, concurrency: 4 });
    await bench.until(() => bench.store.countClips('DONE') === 8);
    expect(most).toBe(1);
    expect(bench.identified).toHaveLength(8);
  });
});

describe('ClipRunner, clips that fail', () => {
  it('tries again later and later, then gives up', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    const runner = bench.start({ extract: failing('CLIP_UNREACHABLE') });
    const waits: number[] = [];
    for (let attempt = 1; attempt < 3; attempt++) {
      await bench.until(
        () => bench.clip('a').attempts === attempt && bench.clip('a').state === 'QUEUED',
      );
      const { notBeforeMs, errorCode, errorText } = bench.clip('a');
      expect([errorCode, errorText]).toEqual(['CLIP_UNREACHABLE', 'CLIP_UNREACHABLE.']);
      waits.push(notBeforeMs - bench.nowMs);
      runner.wake(); // its time has not come
      await delay(30);
      expect(bench.extracted).toHaveLength(attempt);
      bench.nowMs = notBeforeMs;
      runner.wake();
    }
    await bench.untilState('a', 'FAILED');
    expect(bench.extracted).toHaveLength(3);
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(1000);
    expect(waits[1]).toBeGreaterThanOrEqual(1000);
    expect(waits[1]).toBeLessThanOrEqual(2000);
    expect(bench.stopped).toEqual([]);
  });

  it('gets over a passing trouble, and forgets it', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    const runner = bench.start({ extract: failing('MODEL_FAILED', 1) });
    await bench.until(() => bench.clip('a').errorCode === 'MODEL_FAILED');
    bench.nowMs += 1000;
    runner.wake();
    await bench.untilState('a', 'DONE');
    expect(bench.clip('a')).toMatchObject({ attempts: 2, errorCode: null, errorText: null });
  });

  it('fails a bad clip at once, and goes on with the next', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    bench.queue('b');
    bench.start({ extract: failing('CLIP_UNREADABLE', 1) });
    await bench.untilState('b', 'DONE');
    expect(bench.clip('a')).toMatchObject({ state: 'FAILED', errorCode: 'CLIP_UNREADABLE' });
    expect(bench.changes).toContain('a FAILED');
  });

  it('tries again what a bug of ours broke, and says so', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    bench.start({ extract: () => Promise.reject(new TypeError('undefined is no function')) });
    await bench.until(() => bench.clip('a').errorCode === 'INTERNAL');
    expect(bench.clip('a')).toMatchObject({
      state: 'QUEUED',
      errorText: 'undefined is no function',
    });
  });
});

describe('ClipRunner, what stops the intake', () => {
  it('invariant 1: keeps the clip, tells why, and takes no other', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    bench.queue('b');
    const runner = bench.start({ extract: failing('TOOL_MISSING') });
    await bench.until(() => bench.stopped.length > 0);
    runner.wake();
    await delay(30);
    expect(bench.extracted).toEqual(['a']);
    expect(bench.stopped.map((error) => error.code)).toEqual(['TOOL_MISSING']);
    expect(bench.clip('a')).toMatchObject({ state: 'QUEUED', errorCode: 'TOOL_MISSING' });
    expect(bench.clip('b').state).toBe('QUEUED');
    await runner.close();
  });

  it('invariant 1: however often it stops, no clip is given up for it', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    for (let start = 1; start <= 5; start++) {
      const runner = bench.start({ extract: failing('TOOL_MISSING'), maxAttempts: 3 });
      await bench.until(() => bench.stopped.length === start);
      await runner.close();
    }
    bench.start({ maxAttempts: 3 });
    await bench.untilState('a', 'DONE');
  });

  it('stops all lanes, and puts back what they had', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    bench.queue('b');
    const extract: Script = async (job, signal) => {
      if (job.clipId === 'a') return endless(job, signal);
      await delay(10);
      throw new ClipidError('STORE_FAILED', 'disk full');
    };
    bench.start({ extract, concurrency: 2 });
    await bench.until(() => bench.clip('a').state === 'QUEUED' && bench.stopped.length > 0);
    expect(bench.stopped).toHaveLength(1);
    expect(bench.clip('b').state).toBe('QUEUED');
  });

  it('keeps what was extracted when the second stage stops it, and closes all the same', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    const full = new ClipidError('STORE_FAILED', 'disk full');
    const runner = bench.start({ identify: () => Promise.reject(full), concurrency: 2 });
    await bench.until(() => bench.stopped.length > 0);
    expect(bench.clip('a').state).toBe('EXTRACTED');
    await expect(runner.close()).resolves.toBeUndefined();
    bench.start();
    await bench.untilState('a', 'DONE');
    expect(bench.extracted).toEqual(['a']); // once
  });
});

describe('ClipRunner, the second stage fails', () => {
  it('fails the clip for good where the next try would end alike', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    bench.queue('b');
    const extract: Script = (job) =>
      Promise.resolve({
        ...tracksOf(job.clipId, person(0)),
        bundleId: job.clipId === 'a' ? 'b2' : 'b1',
      });
    bench.start({ extract });
    await bench.untilState('b', 'DONE');
    expect(bench.clip('a')).toMatchObject({ state: 'FAILED', errorCode: 'BUNDLE_MISMATCH' });
    expect(bench.store.nextExtraction()).toBeUndefined();
    expect(bench.store.appearancesOfClip('g', 'a')).toEqual([]);
    expect(bench.changes).toContain('a FAILED');
  });

  it('begins the clip again where it may pass', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    let failures = 1;
    const identify = (tracks: ReturnType<typeof tracksOf>): Promise<void> =>
      failures-- > 0
        ? Promise.reject(new ClipidError('OVERLOADED', 'index busy'))
        : bench.stage.identifier.identify(tracks);
    const runner = bench.start({ identify });
    await bench.until(() => bench.clip('a').errorCode === 'OVERLOADED');
    expect(bench.clip('a').state).toBe('QUEUED');
    expect(bench.store.nextExtraction()).toBeUndefined();
    bench.nowMs += 1000;
    runner.wake();
    await bench.untilState('a', 'DONE');
    expect(bench.extracted).toEqual(['a', 'a']);
    expect(bench.store.appearancesOfClip('g', 'a')).toHaveLength(1);
  });
});

describe('ClipRunner, the end and a new start', () => {
  it('invariant 1: close abandons running work and leaves it for the next start', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    const runner = bench.start({ extract: endless });
    await bench.untilState('a', 'EXTRACTING');
    await runner.close();
    await runner.close();
    expect(bench.clip('a')).toMatchObject({ errorCode: null });
    bench.start();
    await bench.untilState('a', 'DONE');
  });

  it('invariant 1: however often the process is restarted, no clip is given up for it', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    for (let restarts = 0; restarts < 5; restarts++) {
      const runner = bench.start({ extract: endless, maxAttempts: 2 });
      await bench.untilState('a', 'EXTRACTING');
      await runner.close();
    }
    bench.start({ maxAttempts: 2 });
    await bench.untilState('a', 'DONE');
  });

  it('invariant 1: what a dead process had in work is begun again', async () => {
    const bench = new RunnerBench();
    bench.queue('a', { state: 'EXTRACTING', attempts: 1 });
    bench.start();
    await bench.untilState('a', 'DONE');
    expect(bench.clip('a').attempts).toBe(2);
  });

  it('invariant 1: what was extracted before the process died is identified, not extracted again', async () => {
    const bench = new RunnerBench();
    bench.stage.keep(tracksOf('a', person(0), person(1)));
    bench.queue('b');
    bench.start({ concurrency: 2 });
    await bench.untilState('b', 'DONE');
    expect(bench.clip('a').state).toBe('DONE');
    expect(bench.extracted).toEqual(['b']);
    expect(bench.store.appearancesOfClip('g', 'a')).toHaveLength(2);
  });

  it('works one by one on what a process died with, so that no clip is given up for its neighbour', async () => {
    const bench = new RunnerBench();
    bench.queue('poison', { state: 'EXTRACTING', attempts: 1 });
    bench.queue('neighbour', { state: 'EXTRACTING', attempts: 1 });
    for (const clipId of ['c', 'd', 'e']) bench.queue(clipId);
    const [running, seenTogether]: [Set<string>, string[]] = [new Set(), []];
    const extract: Script = async (job, signal) => {
      running.add(job.clipId);
      seenTogether.push([...running].join('+'));
      await delay(20);
      running.delete(job.clipId);
      return oneFace(job, signal);
    };
    bench.start({ extract, concurrency: 2 });
    await bench.until(() => bench.store.countClips('DONE') === 5);
    expect(seenTogether.slice(0, 3)).toEqual(['poison', 'neighbour', 'c']);
    expect(seenTogether).toContain('c+d'); // and then the lanes work beside each other again
  });

  it('gives up a clip that takes the process with it every time', async () => {
    const bench = new RunnerBench();
    bench.queue('poison');
    for (let deaths = 1; deaths <= 3; deaths++) {
      // Claimed by a process that dies of it: the row stays as it is.
      bench.store.requeueInterrupted(bench.nowMs);
      expect(bench.store.claimClip(bench.nowMs, 'PRIORITY')?.attempts).toBe(deaths);
    }
    bench.queue('healthy');
    bench.start({ maxAttempts: 3 });
    await bench.untilState('healthy', 'DONE');
    expect(bench.extracted).toEqual(['healthy']);
    expect(bench.clip('poison')).toMatchObject({ state: 'FAILED', errorCode: 'LIMIT_EXCEEDED' });
    expect(bench.clip('poison').errorText).toContain('3 attempts');
  });
});

describe('ClipRunner, clips that are deleted while they are worked on', () => {
  it('writes nothing of them', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    let finish: () => void = () => undefined;
    const extract: Script = async (job, signal) => {
      if (job.clipId === 'a') await new Promise<void>((resolve) => (finish = resolve));
      return oneFace(job, signal);
    };
    bench.start({ extract });
    await bench.untilState('a', 'EXTRACTING');
    bench.store.deleteClip('g', 'a');
    bench.queue('b');
    finish();
    await bench.untilState('b', 'DONE');
    expect(bench.store.countTemplates('g').total).toBe(1);
    expect(bench.store.nextExtraction()).toBeUndefined();
    expect(bench.stopped).toEqual([]);
  });

  it.each(['found', 'failed'])(
    'does not take what was %s of the old one for the one submitted anew',
    async (outcome) => {
      const bench = new RunnerBench();
      bench.queue('a', { uri: 'file:///old.mp4' });
      const finish: (() => void)[] = [];
      const extract: Script = async (job, signal) => {
        await new Promise<void>((resolve) => finish.push(resolve));
        if (job.uri === 'file:///new.mp4') return tracksOf('a', person(1), person(2));
        if (outcome === 'failed') throw new ClipidError('CLIP_UNREADABLE', 'the old one');
        return oneFace(job, signal);
      };
      const runner = bench.start({ extract, concurrency: 2 });
      await bench.until(() => finish.length === 1);
      bench.store.deleteClip('g', 'a');
      bench.store.insertClip(
        clipRow({ clipId: 'a', uri: 'file:///new.mp4', submittedMs: bench.nowMs++ }),
      );
      runner.wake();
      await bench.until(() => finish.length === 2);
      finish[0]?.();
      await delay(20);
      expect(bench.clip('a').state).toBe('EXTRACTING');
      finish[1]?.();
      await bench.untilState('a', 'DONE');
      expect(bench.store.appearancesOfClip('g', 'a')).toHaveLength(2);
    },
  );
});
