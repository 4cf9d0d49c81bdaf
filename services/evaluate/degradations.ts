/**
 * What video does to faces, for measuring: made with other means than the trainer's degradations, so that
 * a net is not measured on the very pictures that it learned from. All of them take and give
 * [112, 112, 3] uint8 RGB.
 */
import sharp, { type Sharp } from 'sharp';
import { CHALLENGE_PX } from './aligned-faces.js';

type Random = () => number;
export type Degradation = (face: Uint8Array, random: Random) => Promise<Uint8Array>;

/** To 8 to 16 pixels and back. */
export const shrunk: Degradation = async (face, random) => {
  const small = await opened(face)
    .resize(whole(random, 8, 16))
    .png()
    .toBuffer();
  return pixelsOf(sharp(small));
};

const blurred: Degradation = (face, random) => pixelsOf(opened(face).blur(2 + 5 * random()));

const compressed: Degradation = async (face, random) =>
  pixelsOf(
    sharp(
      await opened(face)
        .jpeg({ quality: whole(random, 2, 12) })
        .toBuffer(),
    ),
  );

const dark: Degradation = (face, random) => noisy(face, random, 0.04 + 0.16 * random(), 3);

const grainy: Degradation = (face, random) => noisy(face, random, 1, 25 + 45 * random());

/** A grey rectangle over a half of the face. */
const covered: Degradation = (face, random) => {
  const half = CHALLENGE_PX / 2;
  const [width, height] = random() < 0.5 ? [CHALLENGE_PX, half] : [half, CHALLENGE_PX];
  const grey = Math.floor(255 * random());
  const background = { r: grey, g: grey, b: grey };
  const input = { create: { width, height, channels: 3 as const, background } };
  const gravity = random() < 0.5 ? 'northwest' : 'southeast';
  return pixelsOf(opened(face).composite([{ input, gravity }]));
};

const KINDS: readonly Degradation[] = [shrunk, blurred, compressed, dark, grainy, covered];

/** One of all kinds, each as often as the others. */
export const mixed: Degradation = (face, random) => {
  const kind = KINDS[Math.floor(KINDS.length * random())] ?? shrunk;
  return kind(face, random);
};

function opened(face: Uint8Array): Sharp {
  return sharp(face, { raw: { width: CHALLENGE_PX, height: CHALLENGE_PX, channels: 3 } });
}

async function pixelsOf(picture: Sharp): Promise<Uint8Array> {
  const { data } = await picture
    .resize(CHALLENGE_PX, CHALLENGE_PX)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
}

/** Light times `gain`, with Gaussian noise of `sigma` grey levels. */
function noisy(face: Uint8Array, random: Random, gain: number, sigma: number): Promise<Uint8Array> {
  const values = face.map((value) => clamp(value * gain + sigma * gaussian(random)));
  return Promise.resolve(values);
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** Box and Muller's. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function whole(random: Random, least: number, most: number): number {
  return least + Math.floor((most - least + 1) * random());
}
