/**
 * Makes the default bundle's calibration, from stdin to stdout:
 *
 *   clipid models calibrate --people <folder of people> --dry-run --json \
 *     | npx tsx services/evaluate/print-calibration.ts > services/models/default-calibration.ts
 */
import { text } from 'node:stream/consumers';
import type { BundleManifest } from '../models/manifest.js';

const DIGITS = 5;

/** Without whose it is: it goes when the program brings another one. */
function shipped(key: string, value: unknown): unknown {
  if (key === 'isOwn') return undefined;
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(DIGITS))
    : value;
}

type Calibrated = Pick<BundleManifest, 'calibration'>;
const { calibration } = JSON.parse(await text(process.stdin)) as Calibrated;
process.stdout.write(
  [
    "import type { BundleManifest } from './manifest.js';",
    '',
    '/** Measured; made by `services/evaluate/print-calibration.ts`. docs/models.md says on what. */',
    '// prettier-ignore',
    `export const CALIBRATION: BundleManifest['calibration'] = ${JSON.stringify(calibration, shipped)};`,
    '',
  ].join('\n'),
);
