import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { alignerPoints } from '../models/aligner-points.js';
import type { AlignerPart } from '../models/manifest.js';
import { fitSimilarity } from '../vision/affine.js';
import { resampleSquare } from '../vision/resample.js';

/** Side of the challenge's faces. */
export const CHALLENGE_PX = 112;
/** How they are aligned. */
const CHALLENGE = {
  kind: 'similarity-5-points',
  sizePx: CHALLENGE_PX,
  pointsPx: 'arcface-112',
} as const;

/** The pictures of one person: a folder of aligned faces. */
export interface Person {
  readonly name: string;
  readonly files: readonly string[];
}

/** People as folders in `folder`, in order of name; at most `most` pictures each, evenly spread. */
export async function readPeople(folder: string, most: number): Promise<Person[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const files = (await readdir(join(folder, name)))
        .sort()
        .map((file) => join(folder, name, file));
      return { name, files: spread(files, most) };
    }),
  );
}

function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  const picked = Array.from(
    { length: Math.min(most, items.length) },
    (_, i) => items[Math.floor(i * step)],
  );
  return picked.filter((item): item is T => item !== undefined);
}

/** A face aligned to the challenge's template, framed anew as the bundle's recogniser wants it. */
export async function readChip(file: string | Buffer, aligner: AlignerPart): Promise<Uint8Array> {
  return chipOf(await readFace(file), aligner);
}

/** [112, 112, 3] uint8 RGB; a picture of another size is resized. */
export function readFace(file: string | Buffer): Promise<Uint8Array> {
  return sharp(file)
    .resize(CHALLENGE_PX, CHALLENGE_PX)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

/** face: [112, 112, 3] uint8 RGB; result: [sizePx, sizePx, 3] in the bundle's framing. */
export function chipOf(pixels: Uint8Array, aligner: AlignerPart): Uint8Array {
  const { sizePx } = aligner;
  const side = CHALLENGE_PX;
  const chip = new Uint8Array(sizePx * sizePx * 3);
  const toSource = fitSimilarity(alignerPoints(aligner), alignerPoints(CHALLENGE));
  const frame = { widthPx: side, heightPx: side, timestampMs: 0, pixels };
  resampleSquare(frame, toSource, { data: chip, offset: 0, sizePx });
  return chip;
}
