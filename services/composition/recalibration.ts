import { toClipidError } from '../core/errors.js';
import type { GalleryStore } from '../gallery/port.js';
import type { CalibrationService } from '../identify/port.js';
import type { Lifecycle } from '../lifecycle.js';
import type { Logger } from '../ops/port.js';

const MINUTE_MS = 60_000;
/** Galleries that are looked at. */
const MOST_GALLERIES = 1000;

type CalibrationLogger = Pick<Logger, 'info' | 'warn' | 'error'>;
type Measuring = Pick<CalibrationService, 'calibrate' | 'isDue'>;

/** Measures galleries that have grown, one at a time, every so often; `everyMinutes` 0: never. */
export function startRecalibration(
  store: GalleryStore,
  calibrations: CalibrationService,
  everyMinutes: number,
  lifecycle: Lifecycle,
  logger: CalibrationLogger,
): void {
  if (everyMinutes === 0) return;
  const stopping = new AbortController();
  let running = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = recalibrateDue(store, calibrations, stopping.signal, logger).finally(() => {
      isRunning = false;
    });
  }, everyMinutes * MINUTE_MS);
  timer.unref();
  lifecycle.add('recalibration', timer, async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  });
}

/** A gallery that cannot be measured is logged, and does not keep the others from it. */
export async function recalibrateDue(
  store: GalleryStore,
  calibrations: Measuring,
  signal: AbortSignal,
  logger: CalibrationLogger,
): Promise<void> {
  for (const { galleryId } of store.galleries({ limit: MOST_GALLERIES })) {
    try {
      signal.throwIfAborted();
      if (calibrations.isDue(galleryId)) await recalibrate(galleryId, calibrations, signal, logger);
    } catch (thrown) {
      const err = toClipidError(thrown);
      if (err.code === 'CANCELLED') return;
      logger.error({ gallery: galleryId, err }, 'a gallery was not calibrated');
    }
  }
}

/** Notes name people, and stay out of the log: `clipid gallery show` has them. */
async function recalibrate(
  galleryId: string,
  calibrations: Measuring,
  signal: AbortSignal,
  logger: CalibrationLogger,
): Promise<void> {
  const { calibration, notes } = await calibrations.calibrate(galleryId, signal);
  const facts = { gallery: galleryId, people: calibration.people, notes: notes.length };
  if (notes.length === 0) logger.info(facts, 'the gallery was calibrated on its own people');
  else {
    const hint = 'the gallery was calibrated; see its notes: clipid gallery show';
    logger.warn(facts, hint);
  }
}
