import type { CurvePoint, GalleryCalibration } from '../../gen/clipid/v1/calibration.js';
import { isoTime } from '../time.js';
import { curveTable, type ShownPoint } from '../curve-table.js';

/** The document that `gallery calibrate --json` prints. */
export function calibrationJson(gallery: string, own: GalleryCalibration): object {
  const { makeTime, points, ...rest } = own;
  return { gallery, ...rest, makeTime: isoTime(makeTime), points };
}

/** The same for a person. */
export function galleryCalibrationText(gallery: string, own: GalleryCalibration): string {
  const { people, templates, impostorPairs, inUse, notes, makeTime } = own;
  const when = isoTime(makeTime) ?? '';
  const use = inUse
    ? 'Its searches go by this curve.'
    : "Its searches go by the bundle's curve: an own one needs 100 people.";
  return [
    `${gallery}, ${when}: ${impostorPairs.toLocaleString('en-US')} pairs of two people, from ${templates} templates of ${people} people`,
    curveTable(own.points.map(shown)),
    use,
    ...notes,
  ].join('\n');
}

function shown({ extrapolated, tpr, ...point }: CurvePoint): ShownPoint {
  return { ...point, isFitted: extrapolated, tpr: tpr ?? null };
}
