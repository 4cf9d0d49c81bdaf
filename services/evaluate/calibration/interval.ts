/** The middle 95 % of a normal distribution reaches so many deviations. */
const Z = 1.959964;

/** Of Student's t with `freedom` degrees of freedom, after Abramowitz and Stegun 26.7.5, three terms. */
export function studentQuantile(freedom: number): number {
  const first = (Z ** 3 + Z) / (4 * freedom);
  const second = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2);
  const third = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * freedom ** 3);
  return Z + first + second + third;
}

/**
 * 95 % around a rate, from how it varied in draws of `people` people. On its logarithm, as a rate that is
 * ten times too low is as likely as one ten times too high; with Student's t and the factor n / (n - 1),
 * as few people vary less among themselves than people do.
 */
export function rateInterval(
  rate: number,
  draws: readonly number[],
  people: number,
): { readonly low: number; readonly high: number } {
  const logs = draws.map((one) => Math.log(Math.max(one, Number.MIN_VALUE)));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logs.length;
  const deviation = Math.sqrt((variance * people) / (people - 1));
  const factor = Math.exp(studentQuantile(people - 1) * deviation);
  return { low: rate / factor, high: Math.min(1, rate * factor) };
}
