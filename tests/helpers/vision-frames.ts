import sharp from 'sharp';
import { expect } from 'vitest';
import { similarity } from '../../services/core/vectors.js';
import type { RgbFrame } from '../../services/core/types.js';
import type { LoadedBundle } from '../../services/models/load.js';
import type { VisionPool } from '../../services/vision/pool.js';
import type { FrameAnalysis } from '../../services/vision/port.js';

export async function frameOf(picture: Buffer, widthPx: number): Promise<RgbFrame> {
  const raw = sharp(picture).resize(widthPx).raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { widthPx, heightPx: info.height, timestampMs: 40, pixels: Uint8Array.from(data) };
}

/** The frame stays the caller's. */
export function analyseCopy(pool: VisionPool, frame: RgbFrame): Promise<FrameAnalysis> {
  const copy = { ...frame, pixels: frame.pixels.slice() };
  return pool.analyse(copy, new AbortController().signal);
}

/** The same faces: boxes to half a tenth of a pixel, embeddings to 1e-4 of cosine. */
export function expectSameFaces(found: FrameAnalysis, wanted: FrameAnalysis): void {
  expect(found.faces).toHaveLength(wanted.faces.length);
  found.faces.forEach(({ boxPx, embedding }, i) => {
    const other = wanted.faces[i];
    expect(boxPx.x).toBeCloseTo(other?.boxPx.x ?? NaN, 1);
    expect(boxPx.height).toBeCloseTo(other?.boxPx.height ?? NaN, 1);
    expect(similarity(embedding, other?.embedding ?? embedding.map(() => 0))).toBeGreaterThan(
      0.9999,
    );
  });
}

/**
 * The default bundle with its detector graph for wide pictures alone, which starts and runs fastest,
 * and without 8-bit networks, which the CPU has and a GPU has not.
 */
export function withOneDetector({ manifest, paths, ...rest }: LoadedBundle): LoadedBundle {
  const [wide] = manifest.detector.graphs.slice(1, 2).map(inFloat);
  if (wide === undefined) throw new Error('the default bundle has no second detector graph');
  return {
    ...rest,
    manifest: {
      ...manifest,
      detector: { ...manifest.detector, graphs: [wide] },
      landmarks: manifest.landmarks && inFloat(manifest.landmarks),
      embedder: inFloat(manifest.embedder),
    },
    paths: {
      ...paths,
      detectors: paths.detectors.slice(1, 2),
      detectorsInt8: [null],
      embedderInt8: null,
    },
  };
}

function inFloat<T>(part: T): T {
  return { ...part, int8: undefined };
}
