import sharp from 'sharp';
import type { EvaluationResult } from '../result.js';

const SIDE_PX = 112;
const JPEG_QUALITY = 85;

/** JPEG pictures as data addresses, by the file they are of. */
export type Thumbnails = ReadonlyMap<string, string>;

/** The faces of the hardest pairs. A file that is gone meanwhile has no picture. */
export async function thumbnailsOf({ subjects }: EvaluationResult): Promise<Thumbnails> {
  const files = new Set(
    subjects.flatMap(({ pairs }) =>
      [...pairs.missed, ...pairs.mistaken, ...pairs.surest].flatMap(({ a, b }) => [
        a.picture,
        b.picture,
      ]),
    ),
  );
  const made = new Map<string, string>();
  for (const file of files) {
    const jpeg = file === null ? null : await thumbnail(file);
    if (file !== null && jpeg !== null) made.set(file, jpeg);
  }
  return made;
}

async function thumbnail(file: string): Promise<string | null> {
  try {
    const picture = sharp(file).resize(SIDE_PX, SIDE_PX, { fit: 'fill' });
    const jpeg = await picture.jpeg({ quality: JPEG_QUALITY }).toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  } catch {
    return null;
  }
}
