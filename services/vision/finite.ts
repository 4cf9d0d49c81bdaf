import { ClipidError } from '../core/errors.js';

/**
 * Throws MODEL_FAILED where a network's answer holds NaN or infinity: what is made of it would compare
 * with nothing and yet be stored.
 */
export function checkFinite(values: Float32Array, what: string): void {
  if (values.every(Number.isFinite)) return;
  throw new ClipidError(
    'MODEL_FAILED',
    `The ${what} has values that are not numbers (NaN or infinity). Its file is damaged, its input's ` +
      'mean and std are wrong, or it overflows in the precision that it runs in.',
    { field: what },
  );
}
