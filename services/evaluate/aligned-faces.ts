import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { BundleManifest } from '../models/manifest.js';
import { fitSimilarity } from '../vision/affine.js';
import { resampleSquare } from '../vision/resample.js';

/** The challenge's five-point template for faces of 112 x 112, x and y. */
const CHALLENGE_POINTS_PX = [
  38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
];
const CHALLENGE_SIDE_PX = 112;

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
export async function readChip(
  file: string | Buffer,
  { sizePx, pointsPx }: BundleManifest['aligner'],
): Promise<Uint8Array> {
  const side = CHALLENGE_SIDE_PX;
  const pixels = await sharp(file)
    .resize(side, side)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const chip = new Uint8Array(sizePx * sizePx * 3);
  const toSource = fitSimilarity(pointsPx.flat(), CHALLENGE_POINTS_PX);
  const frame = { widthPx: side, heightPx: side, timestampMs: 0, pixels };
  resampleSquare(frame, toSource, { data: chip, offset: 0, sizePx });
  return chip;
}
