import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../../services/gallery/port.js';
import { ClipidError } from '../../../services/core/errors.js';
import { endless, oneFace, RunnerBench, type Script } from './runner-bench.js';

/** As long as this, and deaf to being told to stop. */
const taking =
  (ms: number): Script =>
  async (job, signal) => {
    await delay(ms);
    return oneFace(job, signal);
  };

function events(count: number): OutboxRow[] {
  return Array.from({ length: count }, (_, i) => {
    const bytes = Buffer.from(String(i));
    return {
      eventId: `e${i}`,
      topic: 'STATUS',
      key: bytes,
      payload: bytes,
      headers: [],
      createdMs: 1,
    };
  });
}

describe('ClipRunner, the grace period', () => {
  it('lets the clips in work come to their end, and begins no other', async () => {
    const bench = new RunnerBench();
    for (const clipId of ['a', 'b', 'c']) bench.queue(clipId);
    const runner = bench.start({ extract: taking(150), concurrency: 2, graceMs: 5000 });
    await bench.until(() => bench.extracted.length === 2);
    const startedMs = performance.now();
    await runner.close();
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(['a', 'b', 'c'].map((id) => bench.clip(id).state)).toEqual(['DONE', 'DONE', 'QUEUED']);
    expect(bench.clip('c').attempts).toBe(0);
  });

  it('counts from when it was told to take no more', async () => {
    const bench = new RunnerBench();
    bench.queue('a');
    const runner = bench.start({ extract: endless, graceMs: 300 });
    await bench.untilState('a', 'EXTRACTING');
    const startedMs = performance.now();
    runner.drain();
    await delay(200);
    expect(bench.clip('a').state).toBe('EXTRACTING');
    runner.drain();
    await runner.close();
    expect(performance.now() - startedMs).toBeLessThan(450);
    expect(bench.clip('a')).toMatchObject({ state: 'QUEUED', attempts: 0, errorCode: null });
  });

  it('takes no clip that is queued after it, and none that waited for its time', async () => {
    const bench = new RunnerBench();
    const runner = bench.start({ graceMs: 1000 });
    runner.drain();
    bench.queue('a');
    runner.wake();
    await delay(30);
    await runner.close();
    expect(bench.extracted).toEqual([]);
  });

  it('does not keep the end waiting where there is nothing in work', async () => {
    const bench = new RunnerBench();
    const runner = bench.start({ graceMs: 60_000, concurrency: 4 });
    await delay(30);
    const startedMs = performance.now();
    await runner.close();
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

describe('ClipRunner, clips that come too late', () => {
  it('fails them without looking at them', async () => {
    const bench = new RunnerBench();
    bench.queue('late', { notAfterMs: bench.nowMs - 1 });
    bench.queue('ok', { notAfterMs: bench.nowMs + 1000 });
    bench.start();
    await bench.untilState('ok', 'DONE');
    expect(bench.extracted).toEqual(['ok']);
    expect(bench.clip('late')).toMatchObject({ state: 'FAILED', errorCode: 'CLIP_EXPIRED' });
  });

  it('finishes what was begun in time, and begins no other try after it', async () => {
    const bench = new RunnerBench();
    bench.queue('slow', { notAfterMs: bench.nowMs + 50 });
    bench.queue('again', { notAfterMs: bench.nowMs + 50 });
    const extract: Script = (job, signal) => {
      bench.nowMs += 1000;
      if (job.clipId === 'slow') return oneFace(job, signal);
      return Promise.reject(new ClipidError('CLIP_UNREACHABLE', 'away'));
    };
    const runner = bench.start({ extract });
    await bench.untilState('slow', 'DONE');
    await bench.untilState('again', 'FAILED');
    expect(bench.clip('again').errorCode).toBe('CLIP_EXPIRED');
    await runner.close();
  });
});

describe('invariant 8: ClipRunner, events that cannot leave', () => {
  it('begins no clip while too many wait, and goes on when they are gone', async () => {
    const bench = new RunnerBench();
    bench.store.appendOutbox(events(5));
    bench.queue('a');
    const runner = bench.start({ maxWaitingEvents: 5, concurrency: 2 });
    runner.wake();
    await delay(100);
    expect(bench.extracted).toEqual([]);
    expect(bench.clip('a')).toMatchObject({ state: 'QUEUED', attempts: 0 });
    bench.store.deleteOutbox(['e0']);
    await bench.untilState('a', 'DONE');
  });
});

describe('ClipRunner, priority', () => {
  it('takes what is high first, and every fourth time the oldest of all', async () => {
    const bench = new RunnerBench();
    for (const clipId of ['n1', 'n2']) bench.queue(clipId);
    for (const clipId of ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
      bench.queue(clipId, { priority: 'HIGH' });
    bench.start();
    await bench.until(() => bench.store.countClips('DONE') === 8);
    expect(bench.extracted).toEqual(['h1', 'h2', 'h3', 'n1', 'h4', 'h5', 'h6', 'n2']);
  });
});
