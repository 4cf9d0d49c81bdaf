import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClipidError } from '../../../services/core/errors.js';
import type { ClipJob, FaceFeature, RgbFrame } from '../../../services/core/types.js';
import { ClipExtractor } from '../../../services/extract/clip-extractor.js';
import { extractClip, type ExtractDeps } from '../../../services/extract/extract-clip.js';
import { linkRulesFor } from '../../../services/extract/link.js';

const signal = new AbortController().signal;
const [ANN, BOB] = [Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 1, 0, 0)];

function face(who: Float32Array, x: number, quality = 1): FaceFeature {
  return {
    boxPx: { x, y: 100, width: 50, height: 50 },
    pointsPx: new Float32Array(10),
    detectionScore: 0.9,
    feature: who,
    embedding: who,
    quality,
  };
}

/** Frames by time, each with its faces; in the place of a fetcher, a decoder and networks. */
function makeDeps(
  frames: readonly (readonly [timestampMs: number, faces: readonly FaceFeature[]])[],
) {
  const facts = { released: 0, path: '', content: '' };
  const info = {
    durationMs: 9000,
    widthPx: 640,
    heightPx: 360,
    videoCodec: 'h264',
    isStill: false,
  };
  const decoded = async function* (): AsyncGenerator<RgbFrame> {
    for (const [timestampMs] of frames) {
      const pixels = new Uint8Array(3);
      yield await Promise.resolve({ widthPx: 640, heightPx: 360, timestampMs, pixels });
    }
  };
  const deps: ExtractDeps = {
    fetcher: {
      fetch: (uri) =>
        Promise.resolve({
          path: uri,
          sizeBytes: 1,
          release: () => {
            facts.released += 1;
            return Promise.resolve();
          },
        }),
    },
    decoder: {
      probe: (clip) => {
        facts.path = clip.path;
        if (existsSync(clip.path)) facts.content = readFileSync(clip.path, 'utf8');
        if (clip.path.endsWith('bad')) throw new ClipidError('CLIP_UNREADABLE', 'bad');
        return Promise.resolve(info);
      },
      frames: () => Object.assign(decoded(), { warnings: ['ends early'] }),
    },
    vision: {
      bundleId: 'b1',
      qualityKind: 'network',
      dimension: 4,
      concurrency: 2,
      analyse: ({ timestampMs, widthPx, heightPx }) =>
        Promise.resolve({
          timestampMs,
          widthPx,
          heightPx,
          faces: frames.find(([atMs]) => atMs === timestampMs)?.[1] ?? [],
          thumbnail: new Uint8Array(9 * 16 * 3).fill(100),
          stageMs: { detect: 0, align: 0, embed: 0, score: 0 },
        }),
      close: () => Promise.resolve(),
    },
    aggregation: { kind: 'qan', postprocess: { mean: null, lift: 0 } },
    linkRules: linkRulesFor({ matched: 0.735, uncertain: 0.7 }),
    longSidePx: 1280,
  };
  return { deps, facts };
}

const job = (framesPerSecond = 8, uri = 'file:///c.mp4'): ClipJob => ({
  galleryId: 'g',
  clipId: 'c',
  uri,
  sampling: { framesPerSecond },
});

describe('extractClip', () => {
  it('numbers tracks by start, then from left to right', async () => {
    const { deps } = makeDeps([
      [0, [face(BOB, 400)]],
      [125, [face(BOB, 400), face(ANN, 10)]],
    ]);
    const { tracks, ...facts } = await extractClip(job(), deps, signal);
    expect(facts).toEqual({
      clipId: 'c',
      qualityKind: 'network',
      galleryId: 'g',
      bundleId: 'b1',
      durationMs: 9000,
      widthPx: 640,
      heightPx: 360,
      frameCount: 2,
      warnings: ['ends early'],
    });
    expect(tracks.map(({ trackIndex, startMs, endMs }) => [trackIndex, startMs, endMs])).toEqual([
      [0, 0, 125],
      [1, 125, 125],
    ]);
    expect(tracks.map(({ template }) => template)).toEqual([BOB, ANN]);

    const together = makeDeps([[0, [face(BOB, 400), face(ANN, 10)]]]);
    const sideBySide = await extractClip(job(), together.deps, signal);
    expect(sideBySide.tracks.map(({ template }) => template)).toEqual([ANN, BOB]);
  });

  it('invariant 5: gives each face its share, and the worst of three none', async () => {
    const frames = [0, 1, 2].map((i) => [125 * i, [face(ANN, 10, [0.5, 1, 3][i])]] as const);
    const { tracks } = await extractClip(job(), makeDeps([...frames]).deps, signal);
    const weights = tracks[0]?.faces.map(({ weight }) => weight) ?? [];
    expect(weights[0]).toBe(0);
    expect(weights[1]).toBeCloseTo(1 / 6, 9);
    expect(weights[2]).toBeCloseTo(5 / 6, 9);
  });

  it('places boxes in shares of the picture, cut at its edge', async () => {
    const { tracks } = await extractClip(job(), makeDeps([[0, [face(ANN, 620)]]]).deps, signal);
    const box = tracks[0]?.faces[0]?.box;
    expect(box?.x).toBeCloseTo(620 / 640, 9);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeCloseTo(1, 9);
  });

  it('does not take frames apart that are far from each other because few are looked at', async () => {
    const frames = [0, 5000, 10_000].map((atMs) => [atMs, [face(ANN, 10)]] as const);
    const sparse = await extractClip(job(0.2), makeDeps([...frames]).deps, signal);
    expect(sparse.tracks.map(({ faces }) => faces.length)).toEqual([3]);
    // At 8 frames a second the same times mean that nobody was seen in between.
    const dense = await extractClip(job(8), makeDeps([...frames]).deps, signal);
    expect(dense.tracks.map(({ faces }) => faces.length)).toEqual([1, 1, 1]);
  });

  it('releases the clip, whether it went well or not', async () => {
    const { deps, facts } = makeDeps([]);
    await extractClip(job(), deps, signal);
    expect(facts.released).toBe(1);
    await expect(extractClip(job(8, 'bad'), deps, signal)).rejects.toThrow('bad');
    expect(facts.released).toBe(2);
  });
});

describe('ClipExtractor.fromBytes', () => {
  const target = { galleryId: 'g', clipId: 'probe' };

  it('gives ffmpeg a file, and leaves nothing of it (invariant 6)', async () => {
    const { deps, facts } = makeDeps([[0, [face(ANN, 10)]]]);
    const extractor = new ClipExtractor(deps, { framesPerSecond: 8 });
    const clip = await extractor.fromBytes(Buffer.from('a face'), target, signal);
    expect(clip.tracks).toHaveLength(1);
    expect(facts.content).toBe('a face');
    expect(existsSync(facts.path)).toBe(false);
  });

  it('leaves nothing when it fails, either', async () => {
    const { deps, facts } = makeDeps([[0, []]]);
    const analyse = () => Promise.reject(new ClipidError('MODEL_FAILED', 'gone'));
    const broken = { ...deps, vision: { ...deps.vision, analyse } };
    const extractor = new ClipExtractor(broken, { framesPerSecond: 8 });
    const work = extractor.fromBytes(Buffer.from('a face'), target, signal);
    await expect(work).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    expect(facts.content).toBe('a face');
    expect(existsSync(facts.path)).toBe(false);
  });

  it('refuses nothing at all', async () => {
    const extractor = new ClipExtractor(makeDeps([]).deps, { framesPerSecond: 8 });
    await expect(extractor.fromBytes(new Uint8Array(), target, signal)).rejects.toMatchObject({
      code: 'CLIP_EMPTY',
    });
  });
});
