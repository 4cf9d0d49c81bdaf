import { ClipidError } from '../../core/errors.js';
import { inThousands } from '../flops/units.js';
import { type PolyFaceShape, checkPolyFaceShape, polyFaceInputSizesPx } from '../polyface/shape.js';
import { costOf, polyFaceParts } from './polyface-cost.js';

const MOST_DEFAULT_INPUT_PX = 299;
const DEFAULT_WIDTHS = [0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.125, 1.25];
const DEFAULT_DIMENSION = 256;
const MAX_CHOICES = 32;
const SMALLEST = { a: 1, b: 2, c: 1 };
/** A PolyFace without its depths. */
export type Frame = Omit<PolyFaceShape, 'blocks'>;

/** What a plan may choose from. */
export interface FrameChoices {
  /** Input sides; all up to 299 px when left out. */
  readonly inputsPx?: readonly number[];
  /** Factors of the paper's channel counts; 0.25 to 1.25 in eighths when left out. */
  readonly widths?: readonly number[];
  /** Of the feature; 256 when left out. */
  readonly dimension?: number;
}

/** Every input side with every width. Throws FIELD_INVALID for what no network has. */
export function framesOf(choices: FrameChoices): Frame[] {
  const sides = polyFaceInputSizesPx().filter((side) => side <= MOST_DEFAULT_INPUT_PX);
  const { inputsPx = sides, widths = DEFAULT_WIDTHS, dimension = DEFAULT_DIMENSION } = choices;
  checkChoices('inputsPx', inputsPx);
  checkChoices('widths', widths);
  const frames = inputsPx.flatMap((inputPx) =>
    widths.map((width) => ({ inputPx, width, dimension })),
  );
  for (const frame of frames) checkPolyFaceShape({ ...frame, blocks: { a: 1, b: 1, c: 1 } });
  return frames;
}

function checkChoices(field: string, choices: readonly number[]): void {
  const unique = new Set(choices).size === choices.length;
  if (unique && choices.length >= 1 && choices.length <= MAX_CHOICES) return;
  const problem = `must list 1 to ${MAX_CHOICES} different values.`;
  throw new ClipidError('FIELD_INVALID', `${field}: ${problem}`, { field });
}

/** FIELD_INVALID that says what the smallest network costs. */
export function nothingFits(budgetFlops: number, frames: readonly Frame[]): ClipidError {
  const costs = frames.map((frame) => costOf(polyFaceParts(frame), SMALLEST).flops);
  const least = `the smallest costs ${inThousands(Math.min(...costs))}FLOPs`;
  const problem = `no PolyFace of these input sides and widths uses 90 to 100 % of ${inThousands(budgetFlops)}FLOPs; ${least}.`;
  return new ClipidError(
    'FIELD_INVALID',
    `budget: ${problem} Choose another budget, other widths or other input sides.`,
    { field: 'budget' },
  );
}
