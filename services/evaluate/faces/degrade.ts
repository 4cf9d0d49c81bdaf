import sharp, { type Sharp } from 'sharp';
import { blurKernel, lineKernel, discKernel } from './kernels.js';

/** What is done to a face on purpose; each is drawn anew for each face, from a seed. */
export const DEGRADATIONS = [
  'low-resolution', // shrunk to 8 to 16 px and scaled up again
  'motion-blur', // along a line of 9 to 19 px, in any direction
  'defocus', // a disc of 3 to 6 px radius
  'noise', // Gaussian, with a deviation of 25 to 60 grey levels
  'compression', // JPEG of quality 2 to 8
  'darkness', // 4 to 12 % of the light, with the noise of a dim sensor
  'occlusion', // a grey rectangle over 35 to 60 % of the face, from a side
] as const;
export type Degradation = (typeof DEGRADATIONS)[number];

/** An aligned face, [sidePx, sidePx, 3] uint8 RGB. */
export interface FacePixels {
  readonly sidePx: number;
  readonly pixels: Uint8Array;
}

/** Random numbers in [0, 1); one sequence a face. */
export type Random = () => number;

/** The face as bad as the kind says; how bad, `random` says. */
export function degrade(face: FacePixels, kind: Degradation, random: Random): Promise<FacePixels> {
  return WORK[kind](face, random);
}

const between = (random: Random, least: number, most: number): number =>
  least + random() * (most - least);
const wholeBetween = (random: Random, least: number, most: number): number =>
  Math.min(most, Math.floor(between(random, least, most + 1)));

const WORK: Record<Degradation, (face: FacePixels, random: Random) => Promise<FacePixels>> = {
  'low-resolution': async (face, random) => {
    const small = await resized(face, wholeBetween(random, 8, 16));
    return resized(small, face.sidePx);
  },
  'motion-blur': (face, random) =>
    blurred(face, lineKernel(wholeBetween(random, 4, 9), random() * Math.PI)),
  defocus: (face, random) => blurred(face, discKernel(between(random, 3, 6))),
  noise: (face, random) => Promise.resolve(mapped(face, noisy(random, between(random, 25, 60)))),
  compression: (face, random) => compressed(face, wholeBetween(random, 2, 8)),
  darkness: (face, random) => {
    const [light, grain] = [between(random, 0.04, 0.12), noisy(random, 3)];
    return Promise.resolve(mapped(face, (value) => grain(value * light)));
  },
  occlusion: (face, random) =>
    Promise.resolve(occluded(face, between(random, 0.35, 0.6), wholeBetween(random, 0, 3))),
};

function picture({ sidePx, pixels }: FacePixels): Sharp {
  return sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 3 } });
}

async function resized(face: FacePixels, sidePx: number): Promise<FacePixels> {
  const pixels = await picture(face).resize(sidePx, sidePx).raw().toBuffer();
  return { sidePx, pixels };
}

function blurred(face: FacePixels, kernel: ReturnType<typeof lineKernel>): Promise<FacePixels> {
  return Promise.resolve({ ...face, pixels: blurKernel(face, kernel) });
}

async function compressed(face: FacePixels, quality: number): Promise<FacePixels> {
  const jpeg = await picture(face).jpeg({ quality }).toBuffer();
  return { ...face, pixels: await sharp(jpeg).raw().toBuffer() };
}

function mapped(face: FacePixels, change: (value: number) => number): FacePixels {
  const pixels = Uint8Array.from(face.pixels, (value) =>
    Math.min(255, Math.max(0, Math.round(change(value)))),
  );
  return { ...face, pixels };
}

/** Adds Gaussian noise (Box and Muller). */
function noisy(random: Random, deviation: number): (value: number) => number {
  return (value) => {
    const length = Math.sqrt(-2 * Math.log(1 - random()));
    return value + deviation * length * Math.cos(2 * Math.PI * random());
  };
}

/** side: 0 left, 1 right, 2 top, 3 bottom. */
function occluded(face: FacePixels, share: number, side: number): FacePixels {
  const { sidePx } = face;
  const pixels = face.pixels.slice();
  const depth = Math.round(share * sidePx);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const from = [x, sidePx - 1 - x, y, sidePx - 1 - y][side] ?? 0;
      const at = (y * sidePx + x) * 3;
      if (from < depth) pixels.fill(128, at, at + 3);
    }
  }
  return { ...face, pixels };
}
