import sharp from 'sharp';
import type { Box } from '../../services/core/boxes.js';
import type { ClipFolder } from './clips.js';
import { demoPhoto } from './face-api-runtime.js';

/** A window of one of the photos that the face-api package carries; all are 1920 pixels wide. */
export interface View extends Box {
  readonly photo: number;
}

/** The same woman is in two photos: on the right of the first, in the middle of the third. */
export const ADA_ALONE: View = { photo: 1, x: 1343, y: 66, width: 464, height: 500 };
/** Ada between two strangers. */
export const LOUNGE: View = { photo: 3, x: 0, y: 0, width: 1920, height: 1080 };
/** Four people, of whom none is in another photo. */
export const WINDOW: View = { photo: 6, x: 0, y: 180, width: 1920, height: 1080 };
/** The third of the four, counted from the left. */
export const CLEO_ALONE: View = { photo: 6, x: 1090, y: 180, width: 420, height: 520 };
/** Five people. */
export const STAIRS: View = { photo: 5, x: 0, y: 0, width: 1920, height: 1080 };
/** One of the five, by himself. */
export const STRANGER_ALONE: View = { photo: 5, x: 660, y: 0, width: 420, height: 420 };

/** A JPEG of the view. */
export function still({ photo, x, y, width, height }: View): Promise<Buffer> {
  const region = { left: x, top: y, width, height };
  return sharp(demoPhoto(photo)).extract(region).jpeg({ quality: 92 }).toBuffer();
}

/** A picture of the same people that no pixel is equal in: mirrored, brighter, paler. */
export async function otherStill(view: View): Promise<Buffer> {
  const picture = sharp(await still(view))
    .flop()
    .modulate({ brightness: 1.1, saturation: 0.75 });
  return picture.jpeg({ quality: 80 }).toBuffer();
}

export interface FilmOptions {
  readonly seconds?: number;
  readonly fps?: number;
  readonly size?: string;
  readonly filters?: string;
  readonly encode?: readonly string[];
}

/** A clip in which nobody moves. */
export function film(
  folder: ClipFolder,
  name: string,
  picture: Uint8Array,
  options: FilmOptions = {},
): string {
  const { seconds = 1, fps = 8, size = '1280:-2', filters = 'null' } = options;
  const image = folder.write(`${name}.jpg`, picture);
  const source = ['-loop', '1', '-framerate', String(fps), '-i', image, '-t', String(seconds)];
  const encode = options.encode ?? ['-c:v', 'libx264', '-preset', 'ultrafast'];
  const look = ['-vf', `scale=${size},${filters}`, '-pix_fmt', 'yuv420p'];
  return folder.make(name, ...source, ...look, ...encode);
}
