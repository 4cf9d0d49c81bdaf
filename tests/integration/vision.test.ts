import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../services/config.js';
import { norm, similarity } from '../../services/core/vectors.js';
import type { RgbFrame } from '../../services/core/types.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { VisionPool } from '../../services/vision/pool.js';
import { ADA_ALONE, LOUNGE, still } from '../helpers/service-people.js';

const signal = new AbortController().signal;
let pool: VisionPool;
let lounge: RgbFrame;
let ada: RgbFrame;
beforeAll(async () => {
  const bundle = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
  pool = await VisionPool.start(bundle, { workers: 1, threadsPerWorker: 1 });
  lounge = await frameOf(await still(LOUNGE), 1280);
  ada = await frameOf(await still(ADA_ALONE), 464);
});
afterAll(() => pool.close());

async function frameOf(picture: Buffer, widthPx: number): Promise<RgbFrame> {
  const raw = sharp(picture).resize(widthPx).raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { widthPx, heightPx: info.height, timestampMs: 40, pixels: Uint8Array.from(data) };
}

/** The pool takes a frame's pixels over. */
const copyOf = (frame: RgbFrame): RgbFrame => ({ ...frame, pixels: frame.pixels.slice() });
const blank = (widthPx: number, heightPx: number): RgbFrame => ({
  widthPx,
  heightPx,
  timestampMs: 0,
  pixels: new Uint8Array(widthPx * heightPx * 3),
});

describe('the networks on a frame', () => {
  it('find faces with all that is said of them', async () => {
    const analysis = await pool.analyse(copyOf(lounge), signal);
    expect(analysis).toMatchObject({ timestampMs: 40, widthPx: 1280, heightPx: 720 });
    expect(analysis.faces).toHaveLength(3);
    for (const face of analysis.faces) {
      expect(face.embedding).toHaveLength(pool.dimension);
      expect(norm(face.embedding)).toBeCloseTo(1, 5);
      expect(face.quality).toBeGreaterThan(0);
      const { x, y, width, height } = face.boxPx;
      for (let i = 0; i < 10; i += 2) {
        const [px = -1, py = -1] = face.pointsPx.subarray(i, i + 2);
        expect(px > x && px < x + width && py > y && py < y + height).toBe(true);
      }
    }
    const scores = analysis.faces.map((face) => face.detectionScore);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('say the same of the same frame, bit by bit (invariant 2)', async () => {
    const [first, second] = [
      await pool.analyse(copyOf(lounge), signal),
      await pool.analyse(copyOf(lounge), signal),
    ];
    expect(second.faces).toEqual(first.faces);
    expect(second.thumbnail).toEqual(first.thumbnail);
  });

  it('know a person again in another photo, and tell two people of one photo apart', async () => {
    const { faces } = await pool.analyse(copyOf(lounge), signal);
    const [alone] = (await pool.analyse(copyOf(ada), signal)).faces;
    const likeness = faces
      .map((face) => similarity(face.embedding, alone?.embedding ?? new Float32Array()))
      .sort((a, b) => b - a);
    expect(likeness[0]).toBeGreaterThan(0.8);
    expect(likeness[1]).toBeLessThan(0.735);
  });

  it.each([
    [1, 1],
    [2, 700],
    [700, 2],
    [160, 90],
  ])('find nobody in a black picture of %d x %d', async (width, height) => {
    expect((await pool.analyse(blank(width, height), signal)).faces).toEqual([]);
  });
});

describe('the pool', () => {
  it('takes no work that was cancelled before it began', async () => {
    await expect(pool.analyse(copyOf(ada), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('goes on with those who wait when those before them give up', async () => {
    const given = new AbortController();
    const abandoned = [1, 2].map(() => pool.analyse(copyOf(lounge), given.signal));
    await delay(10);
    const waiting = [1, 2, 3].map(() => pool.analyse(copyOf(ada), signal));
    await delay(0);
    given.abort();
    for (const one of abandoned) await expect(one).rejects.toMatchObject({ code: 'CANCELLED' });
    const late = delay(10_000, 'nobody woke them');
    const found = await Promise.race([Promise.all(waiting), late]);
    expect(found).toMatchObject([{ widthPx: 464 }, { widthPx: 464 }, { widthPx: 464 }]);
  });

  it('ends the wait of those who give up while they wait', async () => {
    const working = [1, 2].map(() => pool.analyse(copyOf(lounge), signal));
    await delay(0);
    const given = new AbortController();
    let rejectedFirst = false;
    const waiting = pool
      .analyse(copyOf(ada), given.signal)
      .catch((thrown: unknown) => ((rejectedFirst = true), thrown));
    const next = pool.analyse(copyOf(ada), signal);
    given.abort();
    await waiting;
    expect(rejectedFirst).toBe(true);
    expect(await Promise.all([...working, next])).toHaveLength(3);
  });

  it('is UNAVAILABLE once it is closed, to those who wait as well', async () => {
    const bundle = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
    const other = await VisionPool.start(bundle, { workers: 1, threadsPerWorker: 1 });
    const all = [1, 2, 3, 4].map(() => other.analyse(copyOf(ada), signal).catch((e: unknown) => e));
    await delay(5);
    await other.close();
    for (const outcome of await Promise.all(all)) {
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ name: 'ClipidError', canRetry: true });
    }
    await expect(other.analyse(copyOf(ada), signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
