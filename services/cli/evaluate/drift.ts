import { DriftVerdict, type Shift } from '../../gen/clipid/v1/calibration.js';
import type { ReportDriftResponse } from '../../gen/clipid/v1/gallery_service.js';
import { CurveSource } from '../../gen/clipid/v1/search.js';
import { withClient, type Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { ServiceFlags } from '../options.js';
import { table } from '../table.js';
import { isoTime } from '../time.js';

const DEADLINE_MS = 600_000;

export const DRIFT_HELP = `
Compares the 4000 tracks that came last with those of the time when the gallery was calibrated, or with what
the bundle was calibrated on: the quality of faces, and how alike tracks are that are hardly of one person.
Nobody need say who they are of. Distances of 0.1 and more are called a change, of 0.25 a great one.
Ends with 1 where something changed, so that a script can tell.

Examples:
  clipid evaluate drift staff
  clipid evaluate drift staff --server search:50051 --json`;

/** `clipid evaluate drift`: does what comes look like what the curve was measured on? */
export function reportDrift(
  context: Context,
  galleryId: string,
  flags: Omit<ServiceFlags, 'gallery'>,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  return withClient(context, flags, async (client) => {
    const call = { deadlineMs: DEADLINE_MS, signal };
    const report = await client.galleries.reportDrift({ galleryId }, call);
    terminal.result(
      flags.json === true ? JSON.stringify(driftJson(galleryId, report)) : driftText(report),
    );
    return isChanged(report) ? EXIT.failed : EXIT.ok;
  });
}

function isChanged({ verdict }: ReportDriftResponse): boolean {
  return (
    verdict === DriftVerdict.DRIFT_VERDICT_CHANGED ||
    verdict === DriftVerdict.DRIFT_VERDICT_VERY_CHANGED
  );
}

function driftJson(gallery: string, report: ReportDriftResponse): object {
  const { verdict, words, templates, quality, similarity } = report;
  return {
    ...{ gallery, verdict: verdictName(verdict), words, templates, since: sinceOf(report) },
    ...{ quality: quality ?? null, similarity: similarity ?? null },
  };
}

function sinceOf({ sinceSource, sinceTime }: ReportDriftResponse): object | null {
  if (sinceTime === undefined) return null;
  const source = sinceSource === CurveSource.CURVE_SOURCE_GALLERY ? 'GALLERY' : 'BUNDLE';
  return { source, time: isoTime(sinceTime) };
}

function driftText(report: ReportDriftResponse): string {
  const { verdict, words, templates, quality, similarity } = report;
  const rows = [shiftRow('quality', quality), shiftRow('similarity of strangers', similarity)];
  const known = rows.filter((row) => row !== null);
  const distances =
    known.length === 0 ? [] : [table(['', 'median then', 'median now', 'distance'], known)];
  return [`${verdictName(verdict)}, by ${templates} tracks`, ...distances, ...words].join('\n');
}

function shiftRow(name: string, shift: Shift | undefined): string[] | null {
  if (shift === undefined) return null;
  const { medianThen, medianNow, distance } = shift;
  return [name, medianThen.toFixed(3), medianNow.toFixed(3), distance.toFixed(2)];
}

function verdictName(verdict: DriftVerdict): string {
  return DriftVerdict[verdict].replace('DRIFT_VERDICT_', '');
}
