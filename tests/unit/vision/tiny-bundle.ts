import type { BundleManifest } from '../../../services/models/manifest.js';
import { POINTS, tinySettings } from '../../helpers/tiny-detectors.js';
import { PLAIN, PLANAR_BGR } from '../../helpers/tiny-graph.js';

export const CHIP_PX = 32;
export const QUALITY_PX = 16;
export const CELLS = 2;
const DIMENSION = 3 * CELLS * CELLS;
export const SHA = '0'.repeat(64);
/** A tiny detector's points, on a chip that shows the square twice as large as the whole of it. */
const pointsOn = (sizePx: number): BundleManifest['aligner']['pointsPx'] => {
  const at = (i: number): number => sizePx * (0.25 + 0.5 * (POINTS[i] ?? 0)) - 0.5;
  const point = (i: number): [number, number] => [at(2 * i), at(2 * i + 1)];
  return [point(0), point(1), point(2), point(3), point(4)];
};

/** A bundle of tiny networks, each with another input. */
export function tinyManifest(mirror: BundleManifest['embedder']['mirror']): BundleManifest {
  const named = (file: string) => ({ file, sha256: SHA, origin: 'a test' });
  return {
    ...{ schemaVersion: 2, name: 'tiny', version: '1.0.0' },
    detector: {
      origin: 'a test',
      graphs: [{ file: 'detector.onnx', sha256: SHA, inputWidthPx: 320, inputHeightPx: 320 }],
      ...{ input: PLANAR_BGR, scoreThreshold: 0.6, nmsIou: 0.2, maxFaces: 10 },
      ...tinySettings('scrfd'),
    },
    aligner: { kind: 'similarity-5-points', sizePx: CHIP_PX, pointsPx: pointsOn(CHIP_PX) },
    embedder: {
      ...named('embedder.onnx'),
      ...{ trained: true, inputSizePx: CHIP_PX, input: PLANAR_BGR, dimension: DIMENSION, mirror },
    },
    quality: {
      ...{ kind: 'network', ...named('quality.onnx'), trained: true, input: PLAIN },
      inputSizePx: QUALITY_PX,
      aligner: { kind: 'similarity-5-points', sizePx: QUALITY_PX, pointsPx: pointsOn(QUALITY_PX) },
    },
    aggregation: { kind: 'mean' },
    postprocess: { mean: null, lift: 0 },
    calibration: { matched: 0.5, uncertain: 0.4, note: '' },
  };
}
