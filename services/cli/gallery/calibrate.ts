import { withClient, type Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { ServiceFlags } from '../options.js';
import { calibrationJson, galleryCalibrationText } from './calibration-json.js';

/** All pairs of up to 9,000 templates, on one thread beside everything else. */
const DEADLINE_MS = 600_000;

/** `clipid gallery calibrate`: how often a gallery's people are mistaken for one another. */
export function calibrateGallery(
  context: Context,
  galleryId: string,
  flags: Omit<ServiceFlags, 'gallery'>,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  return withClient(context, flags, async (client) => {
    const call = { deadlineMs: DEADLINE_MS, signal };
    const { calibration } = await client.galleries.calibrateGallery({ galleryId }, call);
    if (calibration === undefined) return EXIT.failed;
    terminal.result(
      flags.json === true
        ? JSON.stringify(calibrationJson(galleryId, calibration))
        : galleryCalibrationText(galleryId, calibration),
    );
    return EXIT.ok;
  });
}
