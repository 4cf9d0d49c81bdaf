import { intersectionOverUnion, type Box } from '../../core/boxes.js';
import type { Candidate, Detection, PlacedFrame } from './detection.js';

export interface SelectionRules {
  /** Overlap above which the weaker of two boxes is the same face. */
  readonly nmsIou: number;
  readonly maxFaces: number;
}

/** Candidates that are compared with each other, the best ones: a graph may claim a million. */
const MOST_CANDIDATES = 5_000;

/**
 * The faces among candidates, in frame pixels, best first, at most `maxFaces`. Candidates with a number
 * that is not finite or with a box below one pixel are dropped; what reaches absurdly far out of the
 * picture is cut to one long side of the frame around it.
 */
export function selectFaces(
  candidates: readonly Candidate[],
  rules: SelectionRules,
  placed: PlacedFrame,
): Detection[] {
  const detections = candidates
    .map((candidate) => inFrame(candidate, placed))
    .filter((one): one is Detection => one !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_CANDIDATES);
  return suppress(detections, rules);
}

function inFrame(candidate: Candidate, placed: PlacedFrame): Detection | null {
  const { score, left, top, right, bottom, points } = candidate;
  const numbers = [score, left, top, right, bottom, ...(points ?? [])];
  if (!numbers.every(Number.isFinite)) return null;
  const x = (value: number): number => cut(value * placed.scaleX, placed.frameWidthPx, placed);
  const y = (value: number): number => cut(value * placed.scaleY, placed.frameHeightPx, placed);
  const boxPx: Box = {
    x: x(left),
    y: y(top),
    width: x(right) - x(left),
    height: y(bottom) - y(top),
  };
  if (boxPx.width < 1 || boxPx.height < 1) return null;
  const pointsPx = points && Float32Array.from(points, (v, i) => (i % 2 === 0 ? x(v) : y(v)));
  return { boxPx, score: Math.min(score, 1), pointsPx };
}

function cut(valuePx: number, sidePx: number, placed: PlacedFrame): number {
  const reachPx = Math.max(placed.frameWidthPx, placed.frameHeightPx);
  return Math.min(Math.max(valuePx, -reachPx), sidePx + reachPx);
}

/** Non-maximum suppression. sorted: best first. */
function suppress(sorted: readonly Detection[], rules: SelectionRules): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of sorted) {
    if (kept.length >= rules.maxFaces) break;
    const isNew = kept.every(
      (face) => intersectionOverUnion(face.boxPx, candidate.boxPx) <= rules.nmsIou,
    );
    if (isNew) kept.push(candidate);
  }
  return kept;
}
