import { type Calibration, perComparison, similarityAt } from '../../core/calibration.js';
import type { Check } from '../../evaluate/calibration/cross-check.js';
import type { BundleManifest } from '../../models/manifest.js';
import { curveTable, power, range } from '../curve-table.js';
import { table } from '../table.js';

/** Sizes of galleries for which thresholds are shown. */
const SIZES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

export interface Calibrated {
  readonly bundleId: string;
  readonly calibration: BundleManifest['calibration'];
  readonly checks: readonly Check[];
}

/** What was measured, as a person wants to see it. */
export function calibrationText({ bundleId, calibration, checks }: Calibrated): string {
  const { curve, targets } = calibration;
  if (curve === undefined || targets === undefined) return `${bundleId} has no curve.`;
  const { people, templates, impostorPairs } = curve;
  return [
    `${bundleId}: ${impostorPairs.toLocaleString('en-US')} pairs of two people, from ${templates} templates of ${people} people`,
    curveTable(curve.points),
    `Thresholds for ${targets.matched} of strangers MATCHED, ${targets.uncertain} UNCERTAIN or MATCHED:`,
    sizeTable(curve, targets),
    ...checksText(checks),
  ].join('\n');
}

function sizeTable(
  { points }: Calibration,
  targets: { matched: number; uncertain: number },
): string {
  const at = (target: number, size: number): string => {
    const similarity = similarityAt(points, perComparison(target, size));
    return similarity >= 1 ? 'out of reach' : similarity.toFixed(3);
  };
  const rows = SIZES.map((size) => [
    size.toLocaleString('en-US'),
    at(targets.matched, size),
    at(targets.uncertain, size),
  ]);
  return table(['enrolled templates', 'MATCHED', 'UNCERTAIN'], rows);
}

function checksText(checks: readonly Check[]): string[] {
  if (checks.length === 0) return ['Too few people to leave some out and check with them.'];
  const rows = checks.map(({ stated, low, high, found, isWithin }) => [
    power(stated),
    range(low, high),
    power(found),
    isWithin ? 'within' : 'NOT WITHIN',
  ]);
  return [
    'On people who were left out, four times a quarter:',
    table(['stated', '95 %', 'found', ''], rows),
  ];
}
