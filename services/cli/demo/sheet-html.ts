import { CROP_HEIGHT_PX, CROP_WIDTH_PX, type Crop, type SheetRow } from './cut-crops.js';
import { escapeMarkup, explanation, rowDecision, rowTitle } from './sheet-text.js';

const STYLE = `
  body { font: 14px/1.4 system-ui, sans-serif; margin: 24px; background: #16181d; color: #e8e8ea }
  section { margin: 0 0 22px } h2 { font-size: 15px; margin: 0 } p { margin: 2px 0 6px; color: #b9bcc4 }
  .MATCHED { color: #6fdc8c } .UNCERTAIN { color: #f1c21b } .UNKNOWN { color: #a8adb8 }
  .faces { display: flex; flex-wrap: wrap; gap: 8px } figure { margin: 0; width: ${CROP_WIDTH_PX}px }
  img { display: block; border-radius: 4px } figcaption { font-size: 12px; text-align: center }
  .bar { height: 5px; background: #2b2f38; margin-top: 3px } .bar i { display: block; height: 5px; background: #78a9ff }`;

/** The sheet as one file that needs nothing else. */
export function sheetHtml(rows: readonly SheetRow[], bundleId: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>clipid demo</title><style>${STYLE}</style></head>
<body><h1>clipid demo</h1>
<p>${escapeMarkup(explanation(rows[0]?.track.qualityKind ?? ''))}</p><p>Models: ${escapeMarkup(bundleId)}</p>
${rows.map(section).join('\n')}
</body></html>
`;
}

function section({ track, crops }: SheetRow): string {
  const largest = Math.max(...crops.map(({ weight }) => weight), 0);
  const faces = crops.map((crop) => figure(crop, largest)).join('');
  return `<section><h2>${escapeMarkup(rowTitle(track))}</h2>
<p class="${escapeMarkup(track.decision)}">${escapeMarkup(rowDecision(track))}</p>
<div class="faces">${faces}</div></section>`;
}

function figure({ jpeg, weight, quality, timestampMs }: Crop, largest: number): string {
  const source = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  const size = `width="${CROP_WIDTH_PX}" height="${CROP_HEIGHT_PX}"`;
  const share = largest > 0 ? (100 * weight) / largest : 0;
  const caption = `${(100 * weight).toFixed(1)} % &middot; ${quality.toFixed(2)}`;
  return `<figure><img ${size} alt="face at ${(timestampMs / 1000).toFixed(2)} s" src="${source}">
<div class="bar"><i style="width:${share.toFixed(0)}%"></i></div><figcaption>${caption}</figcaption></figure>`;
}
