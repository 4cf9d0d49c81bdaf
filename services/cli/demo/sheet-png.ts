import sharp, { type OverlayOptions } from 'sharp';
import { CROP_HEIGHT_PX, CROP_WIDTH_PX, type Crop, type SheetRow } from './cut-crops.js';
import { escapeMarkup, rowDecision, rowTitle } from './sheet-text.js';

const MARGIN_PX = 16;
const GAP_PX = 8;
const TITLE_PX = 24;
const CAPTION_PX = 26;
const ROW_PX = TITLE_PX + CROP_HEIGHT_PX + CAPTION_PX + 12;
const MOST_CROPS = 8;
const WIDTH_PX = 2 * MARGIN_PX + MOST_CROPS * (CROP_WIDTH_PX + GAP_PX);
const COLOURS: Readonly<Record<string, string>> = { MATCHED: '#6fdc8c', UNCERTAIN: '#f1c21b' };

/**
 * The sheet as one picture. Weights are drawn as bars as well: a machine without fonts shows no text.
 */
export async function sheetPng(rows: readonly SheetRow[], file: string): Promise<void> {
  const height = 2 * MARGIN_PX + rows.length * ROW_PX;
  const layers = rows.flatMap((row, i) => rowLayers(row, MARGIN_PX + i * ROW_PX));
  await sharp({ create: { width: WIDTH_PX, height, channels: 3, background: '#16181d' } })
    .composite(layers)
    .png({ compressionLevel: 3 })
    .toFile(file);
}

function rowLayers(row: SheetRow, top: number): OverlayOptions[] {
  const faces = row.crops.map((crop, i) => ({
    input: crop.jpeg,
    left: MARGIN_PX + i * (CROP_WIDTH_PX + GAP_PX),
    top: top + TITLE_PX,
  }));
  return [...faces, { input: Buffer.from(rowSvg(row)), left: 0, top }];
}

/** All that is drawn around the faces of a row; the faces' own place stays empty. */
function rowSvg({ track, crops }: SheetRow): string {
  const largest = Math.max(...crops.map(({ weight }) => weight), 0);
  const colour = COLOURS[track.decision] ?? '#a8adb8';
  const title = `${escapeMarkup(rowTitle(track))}   <tspan fill="${colour}">${escapeMarkup(rowDecision(track))}</tspan>`;
  const captions = crops.map((crop, i) => caption(crop, i, largest)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${ROW_PX}" font-family="sans-serif">
<text x="${MARGIN_PX}" y="16" font-size="13" fill="#e8e8ea">${title}</text>${captions}</svg>`;
}

function caption({ weight, quality }: Crop, index: number, largest: number): string {
  const left = MARGIN_PX + index * (CROP_WIDTH_PX + GAP_PX);
  const top = TITLE_PX + CROP_HEIGHT_PX + 3;
  const width = largest > 0 ? (CROP_WIDTH_PX * weight) / largest : 0;
  const text = `${(100 * weight).toFixed(1)} %  ${quality.toFixed(2)}`;
  return `<rect x="${left}" y="${top}" width="${CROP_WIDTH_PX}" height="5" fill="#2b2f38"/>
<rect x="${left}" y="${top}" width="${width.toFixed(1)}" height="5" fill="#78a9ff"/>
<text x="${left}" y="${top + 19}" font-size="11" fill="#b9bcc4">${text}</text>`;
}
