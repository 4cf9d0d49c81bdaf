import type { Axis } from './svg.js';

const MARKS = 6;
/** Where a DET ends. */
export const MOST_SHOWN = 0.6;

/** Round numbers from `least` to `most`. */
export function linearAxis(label: string, least: number, most: number, unit = 1): Axis {
  const spread = most - least || 1;
  const power = 10 ** Math.floor(Math.log10(spread / MARKS));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => spread / n <= MARKS) ?? spread;
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(most / step + 1e-9) - first + 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step * unit) + 1e-9));
  return {
    label,
    scale: (value) => (value - least) / spread,
    marks: Array.from({ length: count }, (_, i) => {
      const value = (first + i) * step;
      return { value, text: (value * unit).toFixed(digits) };
    }),
  };
}

/** Powers of ten from 10^-decades to 1. */
export function logAxis(label: string, decades: number): Axis {
  return {
    label,
    scale: (value) => 1 + Math.log10(Math.max(value, 1e-300)) / decades,
    marks: Array.from({ length: decades + 1 }, (_, i) => {
      const value = 10 ** (i - decades);
      return { value, text: i === decades ? '1' : `1e-${decades - i}` };
    }),
  };
}

/** How a DET is drawn (Martin et al. 1997): normal deviates, so that normal scores give a line. */
export function probitAxis(label: string, least: number): Axis {
  const [low, high] = [probit(least), probit(MOST_SHOWN)];
  const shares = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5];
  return {
    label,
    scale: (value) => (probit(Math.min(Math.max(value, 1e-12), 1 - 1e-12)) - low) / (high - low),
    marks: shares
      .filter((share) => share >= least)
      .map((value) => ({ value, text: value < 0.01 ? value.toExponential() : `${value * 100} %` })),
  };
}

/** The normal distribution's inverse (Acklam's approximation, relative error below 1.2e-9). */
export function probit(p: number): number {
  if (p > 0.5) return -probit(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL, q) / polynomial([...TAIL_BELOW, 1], q);
  }
  const q = p - 0.5;
  return (q * polynomial(MIDDLE, q * q)) / polynomial([...MIDDLE_BELOW, 1], q * q);
}

/** coefficients: from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const MIDDLE = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const MIDDLE_BELOW = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const TAIL = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const TAIL_BELOW = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
