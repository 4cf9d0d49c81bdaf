import { intersectionOverUnion, type Box } from '../core/boxes.js';

export interface Detection {
  readonly boxPx: Box;
  /** In [0, 1]. */
  readonly score: number;
}

export interface SsdRules {
  readonly scoreThreshold: number;
  /** Overlap above which the weaker of two boxes is the same face. */
  readonly nmsIou: number;
  readonly maxFaces: number;
}

/**
 * The faces among an SSD's anchors, best first, at most `maxFaces`.
 * boxes: [anchors, 4] as top, left, bottom, right in shares of a square of `squarePx` frame pixels;
 * scores: [anchors]. Boxes that reach out of the picture are kept whole: a face at the edge is one.
 */
export function decodeSsd(
  boxes: Float32Array,
  scores: Float32Array,
  squarePx: number,
  rules: SsdRules,
): Detection[] {
  const candidates: Detection[] = [];
  scores.forEach((score, i) => {
    if (score < rules.scoreThreshold) return;
    const boxPx = boxAt(boxes, i, squarePx);
    if (boxPx.width >= 1 && boxPx.height >= 1) candidates.push({ boxPx, score });
  });
  candidates.sort((a, b) => b.score - a.score);
  return suppress(candidates, rules);
}

function boxAt(boxes: Float32Array, anchor: number, squarePx: number): Box {
  const [top = 0, left = 0, bottom = 0, right = 0] = boxes.subarray(4 * anchor, 4 * anchor + 4);
  return {
    x: left * squarePx,
    y: top * squarePx,
    width: (right - left) * squarePx,
    height: (bottom - top) * squarePx,
  };
}

function suppress(candidates: readonly Detection[], rules: SsdRules): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of candidates) {
    if (kept.length >= rules.maxFaces) break;
    const isNew = kept.every(
      (face) => intersectionOverUnion(face.boxPx, candidate.boxPx) <= rules.nmsIou,
    );
    if (isNew) kept.push(candidate);
  }
  return kept;
}
