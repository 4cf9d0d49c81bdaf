import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { clampBox, type Box } from '../../core/boxes.js';
import type { RgbFrame } from '../../core/types.js';
import type { FrameDecoder, LocalClip } from '../../video/port.js';
import { toMs } from '../time.js';
import type { DemoClip } from './make-clips.js';
import { pickFaces } from './pick-faces.js';
import type { DemoTrack } from './tracks.js';

export const CROP_WIDTH_PX = 96;
export const CROP_HEIGHT_PX = 112;
const CROPS_A_TRACK = 8;
/** Shown around the detector's box, as a share of its sides. */
const MARGIN = 0.25;
/** Timestamps travel as whole nanoseconds. */
const SAME_TIME_MS = 0.5;

export interface Crop {
  readonly jpeg: Buffer;
  readonly timestampMs: number;
  readonly quality: number;
  readonly weight: number;
}
export interface SheetRow {
  readonly track: DemoTrack;
  readonly crops: readonly Crop[];
}

/**
 * The faces of a clip's tracks, cut out of the clip itself: the product keeps no pictures. The clip is
 * decoded once, as it was for the networks, so that the frames have the tracks' own timestamps.
 */
export async function cutCrops(
  decoder: FrameDecoder,
  clip: DemoClip,
  tracks: readonly DemoTrack[],
  sampling: { readonly framesPerSecond: number; readonly longSidePx: number },
  signal: AbortSignal,
): Promise<SheetRow[]> {
  const rows = tracks.map((track) => ({ track, crops: [] as Crop[] }));
  const local = await localClip(clip.path);
  const info = await decoder.probe(local, signal);
  for await (const frame of decoder.frames(local, info, sampling, signal)) {
    for (const row of rows) row.crops.push(...(await cropsIn(frame, row.track)));
  }
  return rows;
}

async function localClip(path: string): Promise<LocalClip> {
  const { size } = await stat(path);
  return { path, sizeBytes: size, release: () => Promise.resolve() };
}

async function cropsIn(frame: RgbFrame, track: DemoTrack): Promise<Crop[]> {
  const faces = pickFaces(track.faces, CROPS_A_TRACK).filter(
    ({ timeOffset }) => Math.abs(toMs(timeOffset) - frame.timestampMs) < SAME_TIME_MS,
  );
  return Promise.all(
    faces.flatMap(({ box, quality, weight }) =>
      box === undefined ? [] : [cropOf(frame, box, { quality, weight })],
    ),
  );
}

async function cropOf(
  frame: RgbFrame,
  box: Box,
  score: { readonly quality: number; readonly weight: number },
): Promise<Crop> {
  const { widthPx: width, heightPx: height, pixels, timestampMs } = frame;
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .extract(regionOf(box, width, height))
    .resize(CROP_WIDTH_PX, CROP_HEIGHT_PX, { fit: 'cover' })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { jpeg, timestampMs, ...score };
}

/** Whole pixels, at least one, inside the picture. box: in shares of it. */
function regionOf(box: Box, widthPx: number, heightPx: number) {
  const wide = clampBox(
    {
      x: (box.x - box.width * MARGIN) * widthPx,
      y: (box.y - box.height * MARGIN) * heightPx,
      width: box.width * (1 + 2 * MARGIN) * widthPx,
      height: box.height * (1 + 2 * MARGIN) * heightPx,
    },
    widthPx,
    heightPx,
  );
  const left = Math.min(Math.floor(wide.x), widthPx - 1);
  const top = Math.min(Math.floor(wide.y), heightPx - 1);
  const right = Math.min(Math.max(Math.round(wide.x + wide.width), left + 1), widthPx);
  const bottom = Math.min(Math.max(Math.round(wide.y + wide.height), top + 1), heightPx);
  return { left, top, width: right - left, height: bottom - top };
}
