import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, intersectionOverUnion } from '../../services/core/boxes.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { type FaceApiRuntime, demoPhoto, startFaceApi } from '../helpers/face-api-runtime.js';

const SQUARE_PX = 512;
interface Found {
  readonly boxPx: Box;
  readonly score: number;
}

let folder = '';
let runtime: FaceApiRuntime;
let detectors: ort.InferenceSession[] = [];
let landmarks: ort.InferenceSession;
let embedder: ort.InferenceSession;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clipid-parity-'));
  const { paths } = await prepareDefaultBundle(folder);
  const open = (file: string) => ort.InferenceSession.create(file, { intraOpNumThreads: 1 });
  detectors = await Promise.all(paths.detectors.map(open));
  landmarks = await open(paths.landmarks ?? '');
  embedder = await open(paths.embedder);
  runtime = await startFaceApi();
});
afterAll(() => rm(folder, { recursive: true }));

describe('graphs against the runtime that their weights come from', () => {
  it('detector: every box and score of a photo', { timeout: 240_000 }, async () => {
    const pixels = await letterboxed(4);
    const { boxes, scores } = await detect(0, pixels, SQUARE_PX, SQUARE_PX);
    const wanted = await runtime.detect(pixels);
    expect(Math.max(...wanted.scores)).toBeGreaterThan(0.9);
    expectClose(boxes, wanted.boxes);
    expectClose(scores, wanted.scores);
  });

  it('landmarks: a batch of faces', async () => {
    const crops = await faceCrops(112);
    const found = await run(landmarks, crops, 112, 'landmarks');
    for (const [i, crop] of crops.entries()) {
      expectClose(found.subarray(i * 136, (i + 1) * 136), await runtime.landmarks(crop));
    }
  });

  it('embedder: a batch of faces', async () => {
    const crops = await faceCrops(150);
    const found = await run(embedder, crops, 150, 'feature');
    for (const [i, crop] of crops.entries()) {
      expectClose(found.subarray(i * 128, (i + 1) * 128), await runtime.feature(crop));
    }
  });
});

describe('cropped detectors against the square one', () => {
  it.each([
    { name: 'wide', index: 1, widthPx: 512, heightPx: 288 },
    { name: 'tall', index: 2, widthPx: 320, heightPx: 512 },
  ])('$name: the same faces in the same places', async ({ index, widthPx, heightPx }) => {
    const overlaps: number[] = [];
    for (const photo of [1, 2, 3, 4, 5, 6]) {
      const picture = await covering(photo, widthPx, heightPx);
      const cropped = facesOf(await detect(index, picture, widthPx, heightPx), 0.3);
      const padded = await zeroPadded(picture, widthPx, heightPx);
      for (const { boxPx } of facesOf(await detect(0, padded, SQUARE_PX, SQUARE_PX), 0.5)) {
        const best = Math.max(...cropped.map((other) => intersectionOverUnion(boxPx, other.boxPx)));
        // Only faces that the edge cuts through differ at all.
        const edged =
          boxPx.x + boxPx.width > widthPx - 32 || boxPx.y + boxPx.height > heightPx - 32;
        expect(best).toBeGreaterThan(edged ? 0.7 : 0.9);
        overlaps.push(best);
      }
    }
    expect(overlaps.length).toBeGreaterThan(5);
    expect(overlaps.reduce((a, b) => a + b) / overlaps.length).toBeGreaterThan(0.95);
  });
});

/** ||a - b|| / ||b|| and the largest difference, both within a thousandth. */
function expectClose(found: Float32Array, wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  const gap = found.map((value, i) => value - (wanted[i] ?? 0));
  const length = (vector: Float32Array) => Math.hypot(...vector);
  expect(length(wanted)).toBeGreaterThan(0);
  expect(length(gap) / length(wanted)).toBeLessThan(1e-3);
  expect(Math.max(...gap.map(Math.abs))).toBeLessThan(1e-3);
}

async function detect(index: number, pixels: Uint8Array, widthPx: number, heightPx: number) {
  const tensor = new ort.Tensor('uint8', pixels, [1, heightPx, widthPx, 3]);
  const results = await detectors[index]?.run({ pixels: tensor });
  return { boxes: floats(results?.['boxes']), scores: floats(results?.['scores']) };
}

async function run(session: ort.InferenceSession, crops: Buffer[], side: number, output: string) {
  const dims = [crops.length, side, side, 3];
  const pixels = new ort.Tensor('uint8', Uint8Array.from(Buffer.concat(crops)), dims);
  return floats((await session.run({ pixels }))[output]);
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('not a float32 output');
  return tensor.data;
}

/** Faces at or above a score, the overlapping weaker ones left out. */
function facesOf(
  { boxes, scores }: { boxes: Float32Array; scores: Float32Array },
  least: number,
): Found[] {
  const kept: Found[] = [];
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  for (const i of order.filter((anchor) => (scores[anchor] ?? 0) >= least)) {
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes
      .subarray(i * 4, i * 4 + 4)
      .map((share) => share * SQUARE_PX);
    const boxPx = { x: left, y: top, width: right - left, height: bottom - top };
    if (kept.some((other) => intersectionOverUnion(other.boxPx, boxPx) > 0.5)) continue;
    kept.push({ boxPx, score: scores[i] ?? 0 });
  }
  return kept;
}

/** The best face of three photos, stretched to a square of `side` pixels. */
async function faceCrops(side: number): Promise<Buffer[]> {
  return Promise.all(
    [1, 4, 6].map(async (photo) => {
      const picture = await letterboxed(photo);
      const [face] = facesOf(await detect(0, picture, SQUARE_PX, SQUARE_PX), 0.5);
      if (face === undefined) throw new Error(`no face in photo ${photo}`);
      const left = Math.max(0, Math.round(face.boxPx.x));
      const top = Math.max(0, Math.round(face.boxPx.y));
      const width = Math.min(SQUARE_PX - left, Math.round(face.boxPx.width));
      const height = Math.min(SQUARE_PX - top, Math.round(face.boxPx.height));
      return raw(picture, SQUARE_PX, SQUARE_PX)
        .extract({ left, top, width, height })
        .resize(side, side, { fit: 'fill' })
        .raw()
        .toBuffer();
    }),
  );
}

/** The whole photo at the top left of the square, black around it. */
function letterboxed(photo: number): Promise<Buffer> {
  return sharp(demoPhoto(photo))
    .removeAlpha()
    .resize(SQUARE_PX, SQUARE_PX, { fit: 'contain', position: 'left top', background: '#000' })
    .raw()
    .toBuffer();
}

/** The middle of the photo, as much of it as has the given shape. */
function covering(photo: number, widthPx: number, heightPx: number): Promise<Buffer> {
  return sharp(demoPhoto(photo))
    .removeAlpha()
    .resize(widthPx, heightPx, { fit: 'cover' })
    .raw()
    .toBuffer();
}

function zeroPadded(pixels: Buffer, widthPx: number, heightPx: number): Promise<Buffer> {
  return raw(pixels, widthPx, heightPx)
    .extend({ right: SQUARE_PX - widthPx, bottom: SQUARE_PX - heightPx, background: '#000' })
    .raw()
    .toBuffer();
}

function raw(pixels: Buffer, width: number, height: number): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
