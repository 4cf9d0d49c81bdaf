import type { GalleryCalibration } from '../../gen/clipid/v1/calibration.js';
import { isoTime } from '../time.js';
import { table } from '../table.js';

/** Rates that are shown of a curve. */
const SHOWN = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

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
    curveTable(own),
    use,
    ...notes,
  ].join('\n');
}

function curveTable({ points }: GalleryCalibration): string {
  const rows = SHOWN.flatMap((rate) => {
    const point = points.find(({ fpr }) => fpr <= rate * 1.01);
    if (point === undefined) return [];
    const { fpr, similarity, low, high, extrapolated } = point;
    const between = low === 0 ? `up to ${power(high)}` : `${power(low)} to ${power(high)}`;
    return [[power(fpr), similarity.toFixed(3), between, extrapolated ? 'fitted' : 'counted']];
  });
  return table(['strangers (one comparison)', 'at', '95 %', ''], rows);
}

function power(rate: number): string {
  return rate.toExponential(1);
}
