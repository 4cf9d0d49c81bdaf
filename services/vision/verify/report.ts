import { ClipidError } from '../../core/errors.js';
import type { RgbFrame } from '../../core/types.js';

/** A picture in which it is known how many faces can be found; upright, most of them facing the camera. */
export interface VerifySample {
  readonly name: string;
  readonly frame: RgbFrame;
  readonly leastFaces: number;
  readonly mostFaces: number;
}

export interface VerifyCheck {
  /** What was looked at: `faces found`. */
  readonly name: string;
  readonly ok: boolean;
  /** What was seen and, where it is wrong, what may be the cause. */
  readonly words: string;
  /** The measured number that the words speak of; null where there is none. */
  readonly figure: number | null;
}

export interface VerifyReport {
  /** Whether every check is. Checks that need what an earlier one did not find are left out. */
  readonly ok: boolean;
  readonly checks: readonly VerifyCheck[];
  /** Parts whose weights come from a seed: `embedder`, `quality`. */
  readonly untrained: readonly string[];
  /** What these checks cannot tell, for whoever reads `ok`. */
  readonly cannotSee: readonly string[];
}

export const CANNOT_SEE: readonly string[] = [
  'how well people are told apart: that needs many labelled pictures (clipid evaluate)',
  "the embedder's colour order, where the network hardly cares: features of both orders are alike",
  "a mean or std that is nearly right (128 for 127.5), or another network's template of points of about the same shape",
  'whether the thresholds of the calibration fit',
  'small, turned, dark or blurred faces: the pictures are clear',
];

/** Runs a stage; what it throws becomes a failed check and null. */
export async function attempt<T>(
  checks: VerifyCheck[],
  name: string,
  stage: () => Promise<T>,
): Promise<T | null> {
  try {
    return await stage();
  } catch (thrown) {
    if (!(thrown instanceof ClipidError)) throw thrown;
    checks.push({ name, ok: false, words: thrown.message, figure: null });
    return null;
  }
}

/** Two decimals, for words. */
export function round(value: number): string {
  return value.toFixed(2);
}

/** `95 %` for 0.952. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
