import { ClipidError } from '../../core/errors.js';

/** What is chosen when a PolyFace is built; everything else is in architecture.ts. */
export interface PolyFaceShape {
  /** How many residual blocks of each kind. */
  readonly blocks: { readonly a: number; readonly b: number; readonly c: number };
  /** Side that the aligned face is resized to; one of `polyFaceInputSizesPx`. */
  readonly inputPx: number;
  /** Factor of every channel count, rounded to multiples of 8; 1 is the paper's. */
  readonly width: number;
  /** Of the feature. */
  readonly dimension: number;
}

const PAPER = { inputPx: 235, width: 1, dimension: 256 };

/** The paper's two solutions, by the names that `models build` takes. */
export const POLYFACE_SOLUTIONS = {
  'efficient-polyface': { blocks: { a: 23, b: 38, c: 23 }, ...PAPER },
  'polyface-qan': { blocks: { a: 20, b: 30, c: 20 }, ...PAPER },
} as const satisfies Record<string, PolyFaceShape>;
export type PolyFaceSolution = keyof typeof POLYFACE_SOLUTIONS;

const CHANNEL_STEP = 8;
const LIMITS = {
  blocks: [0, 200],
  inputPx: [75, 1_003],
  width: [1 / 16, 4],
  dimension: [1, 4_096],
} as const;
/**
 * Max-pools (ceil mode) and convolutions of stride 2 lie side by side and give the same size only
 * where they halve an odd side. There are four such places: the sides that end in a last map of g
 * are 32 g + 43. g is 6 at 235 px.
 */
const SIDE_STEP_PX = 32;

/** A channel count of the paper at another width: the nearest multiple of 8, at least 8. */
export function channelsAt(width: number, channels: number): number {
  return Math.max(CHANNEL_STEP, Math.round((channels * width) / CHANNEL_STEP) * CHANNEL_STEP);
}

/** The sides that a PolyFace can be built for, from the smallest: 75, 107, 139, 171, 203, 235 ... */
export function polyFaceInputSizesPx(): number[] {
  const [least, most] = LIMITS.inputPx;
  const count = (most - least) / SIDE_STEP_PX + 1;
  return Array.from({ length: count }, (_, i) => least + i * SIDE_STEP_PX);
}

/** Throws FIELD_INVALID naming the field of a shape that no network has. */
export function checkPolyFaceShape({ blocks, inputPx, width, dimension }: PolyFaceShape): void {
  for (const kind of ['a', 'b', 'c'] as const) {
    checkWithin(`blocks.${kind}`, blocks[kind], LIMITS.blocks, '', Number.isInteger);
  }
  checkWithin('inputPx', inputPx, LIMITS.inputPx, ' px', Number.isInteger);
  checkWithin('width', width, LIMITS.width, '', Number.isFinite);
  checkWithin('dimension', dimension, LIMITS.dimension, '', Number.isInteger);
  const sizes = polyFaceInputSizesPx();
  if (sizes.includes(inputPx)) return;
  const near = sizes.filter((size) => Math.abs(size - inputPx) < SIDE_STEP_PX);
  throw new ClipidError(
    'FIELD_INVALID',
    `inputPx: a PolyFace of ${inputPx} px does not halve evenly. Choose ${near.join(' or ')} px.`,
    { field: 'inputPx' },
  );
}

function checkWithin(
  field: string,
  value: number,
  [least, most]: readonly [number, number],
  unit: string,
  isKind: (value: number) => boolean,
): void {
  if (isKind(value) && value >= least && value <= most) return;
  const kind = isKind === Number.isInteger ? 'a whole number' : 'a number';
  const range = `${kind} from ${least} to ${most}${unit}`;
  throw new ClipidError('FIELD_INVALID', `${field}: ${value} is not ${range}.`, { field });
}
