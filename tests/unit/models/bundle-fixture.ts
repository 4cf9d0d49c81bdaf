import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BundleManifest, PixelInput } from '../../../services/models/manifest.js';

/** Stand-ins for the graphs: loading looks at bytes, not at what is in them. */
export const FIXTURE_FILES: Readonly<Record<string, string>> = {
  'detector.onnx': 'detector',
  'landmarks.onnx': 'landmarks',
  'nets/embedder.onnx': 'embedder',
};

const PIXELS: PixelInput = {
  layout: 'NHWC',
  colour: 'RGB',
  type: 'uint8',
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

function named(file: string) {
  const sha256 = createHash('sha256')
    .update(FIXTURE_FILES[file] ?? '')
    .digest('hex');
  return { file, sha256 };
}

export function fixtureManifest(): BundleManifest {
  return {
    schemaVersion: 2,
    name: 'fixture',
    version: '1.2.3',
    detector: {
      family: 'ssd',
      origin: 'made for a test',
      graphs: [{ ...named('detector.onnx'), inputWidthPx: 512, inputHeightPx: 512 }],
      input: PIXELS,
      scoreThreshold: 0.5,
      nmsIou: 0.5,
      maxFaces: 10,
    },
    landmarks: {
      ...named('landmarks.onnx'),
      origin: 'made for a test',
      inputSizePx: 112,
      input: PIXELS,
    },
    aligner: {
      kind: 'similarity-5-points',
      sizePx: 150,
      pointsPx: [
        [47, 46],
        [100, 46],
        [74, 76],
        [50, 103],
        [97, 103],
      ],
    },
    embedder: {
      ...named('nets/embedder.onnx'),
      origin: 'made for a test',
      trained: true,
      inputSizePx: 150,
      input: PIXELS,
      dimension: 3,
      mirror: 'off',
    },
    quality: { kind: 'heuristic' },
    aggregation: { kind: 'mean' },
    postprocess: { mean: null, lift: 0 },
    calibration: { matched: 0.6, uncertain: 0.5, note: 'made for a test' },
  };
}

/** Writes the fixture's files and the manifest given. */
export async function writeFixture(folder: string, manifest: unknown): Promise<void> {
  await mkdir(path.join(folder, 'nets'), { recursive: true });
  for (const [file, text] of Object.entries(FIXTURE_FILES)) {
    await writeFile(path.join(folder, file), text);
  }
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}
