import { z } from 'zod';
import { printed } from './manifest-parts.js';

const similarity = z.number().min(-1).max(1);
const rate = z.number().min(0).max(1);
const curvePoint = z.strictObject({
  similarity,
  fpr: rate.refine((one) => one > 0, 'must be above 0'),
  low: rate,
  high: rate,
  isFitted: z.boolean(),
  tpr: rate.nullable(),
});
const pairs = z.number().int().nonnegative();

/** Score to false positive rate, as it was measured (`services/core/calibration.ts`). */
export const curve = z.strictObject({
  points: z
    .array(curvePoint)
    .min(2)
    .max(500)
    .refine(isDescending, 'must rise in similarity and fall in rate'),
  people: pairs,
  templates: pairs,
  impostorPairs: pairs,
  genuinePairs: pairs,
  /** Quantiles of the quality; empty where it is not known. */
  qualities: z.array(z.number().min(-1e6).max(1e6)).max(101),
  madeMs: z.number().nonnegative(),
});

export const calibration = z
  .strictObject({
    /** Of one pair, where no target is set: what is the same person, and what may be. */
    matched: similarity,
    uncertain: similarity,
    note: printed(2_000),
    curve: curve.optional(),
    /** Chances of a false match in one search that MATCHED and UNCERTAIN stand for; needs the curve. */
    targets: z
      .strictObject({ matched: z.number().gt(0).lt(1), uncertain: z.number().gt(0).lt(1) })
      .refine((one) => one.matched <= one.uncertain, 'matched must not be above uncertain')
      .optional(),
    /** Whoever runs it measured it on their own people: it is kept when the bundle is made again. */
    isOwn: z.boolean().optional(),
  })
  .refine((one) => one.uncertain <= one.matched, {
    path: ['uncertain'],
    message: 'must not be above matched',
  })
  .refine((one) => one.targets === undefined || one.curve !== undefined, {
    path: ['curve'],
    message: 'is needed for targets',
  });

function isDescending(points: readonly z.infer<typeof curvePoint>[]): boolean {
  return points.every((one, i) => {
    const next = points[i + 1];
    return next === undefined || (one.similarity < next.similarity && one.fpr > next.fpr);
  });
}
