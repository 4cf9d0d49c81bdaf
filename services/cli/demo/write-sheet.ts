import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FfmpegDecoder } from '../../video/ffmpeg-decoder.js';
import { findTools, type ToolSettings } from '../../video/tools.js';
import { cutCrops, type SheetRow } from './cut-crops.js';
import type { DemoClip } from './make-clips.js';
import { sheetHtml } from './sheet-html.js';
import { sheetPng } from './sheet-png.js';
import type { DemoTrack } from './tracks.js';

export interface SheetSettings {
  readonly folder: string;
  readonly bundleId: string;
  readonly tools: ToolSettings;
  readonly sampling: { readonly framesPerSecond: number; readonly longSidePx: number };
  readonly signal: AbortSignal;
}

/** The contact sheet, as a page and as a picture. Returns their paths. */
export async function writeSheet(
  clips: readonly DemoClip[],
  tracks: readonly DemoTrack[],
  settings: SheetSettings,
): Promise<string[]> {
  const rows = await allRows(clips, tracks, settings);
  const page = join(settings.folder, 'contact-sheet.html');
  const picture = join(settings.folder, 'contact-sheet.png');
  await writeFile(page, sheetHtml(rows, settings.bundleId));
  await sheetPng(rows, picture);
  return [page, picture];
}

async function allRows(
  clips: readonly DemoClip[],
  tracks: readonly DemoTrack[],
  { tools, sampling, signal }: SheetSettings,
): Promise<SheetRow[]> {
  const { ffmpeg, ffprobe } = await findTools(tools);
  const decoder = new FfmpegDecoder({
    ffmpegPath: ffmpeg.path,
    ffprobePath: ffprobe.path,
    threads: 1,
    limits: {},
  });
  const rows = clips.map((clip) => {
    const own = tracks.filter((track) => track.clip === clip);
    return cutCrops(decoder, clip, own, sampling, signal);
  });
  return (await Promise.all(rows)).flat();
}
