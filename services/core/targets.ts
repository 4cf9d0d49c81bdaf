import { ClipidError } from './errors.js';
import type { Targets } from './calibration.js';

/** Chances of a false match as a caller or a gallery gives them, in (0, 1). */
export interface AskedTargets {
  /** What MATCHED is to stand for. */
  readonly targetFpr?: number;
  /** What UNCERTAIN is to stand for; ten times the other where it is not given. */
  readonly uncertainFpr?: number;
}

/** The band below MATCHED, for those who name one target. */
const UNCERTAIN_IS_TIMES = 10;
const JUST_BELOW_ONE = 1 - Number.EPSILON;

/**
 * Both in (0, 1), `uncertain_fpr` not without `target_fpr` and not below it. `prefix` is where they
 * stand in the request: `settings.`. Throws FIELD_INVALID.
 */
export function validateTargets(prefix: string, asked: AskedTargets): AskedTargets {
  const { targetFpr, uncertainFpr } = asked;
  const uncertainField = `${prefix}uncertain_fpr`;
  if (targetFpr !== undefined) checkShare(`${prefix}target_fpr`, targetFpr);
  if (uncertainFpr === undefined) return asked;
  checkShare(uncertainField, uncertainFpr);
  if (targetFpr === undefined) throw invalid(uncertainField, `needs ${prefix}target_fpr beside it`);
  if (uncertainFpr >= targetFpr) return asked;
  const rule = `is ${uncertainFpr}; it must not be below ${prefix}target_fpr (${targetFpr})`;
  throw invalid(uncertainField, rule);
}

/** Null where none was asked for. */
export function targetsOf({ targetFpr, uncertainFpr }: AskedTargets): Targets | null {
  if (targetFpr === undefined) return null;
  const band = Math.max(targetFpr, Math.min(UNCERTAIN_IS_TIMES * targetFpr, JUST_BELOW_ONE));
  return { matched: targetFpr, uncertain: uncertainFpr ?? band };
}

function checkShare(field: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw invalid(field, `is ${value}; it must be in (0, 1), a share of the searches of strangers`);
}

function invalid(field: string, rule: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${field} ${rule}.`, { field });
}
