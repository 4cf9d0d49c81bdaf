import type { Box } from '../core/boxes.js';
import { similarity, toUnitLength } from '../core/vectors.js';
import type { FaceFeature } from '../core/types.js';

/** A face with the moment and the picture it was seen in. */
export interface SeenFace extends FaceFeature {
  readonly timestampMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How much of the appearance memory a new face replaces; the rest is what was seen before. */
const MEMORY_SHARE = 0.3;

/** How much faces must look alike for one to be remembered as the other's person. */
export interface MemoryRule {
  readonly rememberedSimilarity: number;
}

/** A track that may still grow. */
export class OpenTrack {
  readonly faces: SeenFace[];
  private appearance: Float32Array;
  /** Pixels per millisecond of the box's centre, from the last two faces. */
  private velocity = { x: 0, y: 0 };

  constructor(first: SeenFace) {
    this.faces = [first];
    this.appearance = first.embedding;
  }

  get last(): SeenFace {
    const last = this.faces[this.faces.length - 1];
    if (last === undefined) throw new RangeError('a track has at least one face');
    return last;
  }

  /** [dimension], unit length: what the person looked like lately, steadier than one frame. */
  get embedding(): Float32Array {
    return this.appearance;
  }

  /** Where the box is expected at a later time, moving on as it did. */
  predictBox(timestampMs: number): Box {
    const { boxPx, timestampMs: seenMs } = this.last;
    const elapsedMs = timestampMs - seenMs;
    return {
      ...boxPx,
      x: boxPx.x + this.velocity.x * elapsedMs,
      y: boxPx.y + this.velocity.y * elapsedMs,
    };
  }

  /**
   * A face that hardly looks like the track (blurred, turned away) continues it and is not remembered:
   * a few of them in a row must not lead from one person to another.
   */
  add(face: SeenFace, { rememberedSimilarity }: MemoryRule): void {
    const elapsedMs = face.timestampMs - this.last.timestampMs;
    if (elapsedMs > 0) this.velocity = velocityBetween(this.last.boxPx, face.boxPx, elapsedMs);
    if (similarity(this.appearance, face.embedding) >= rememberedSimilarity) this.remember(face);
    this.faces.push(face);
  }

  private remember({ embedding }: SeenFace): void {
    const blended = this.appearance.map(
      (value, i) => (1 - MEMORY_SHARE) * value + MEMORY_SHARE * (embedding[i] ?? 0),
    );
    this.appearance = toUnitLength(blended);
  }
}

function velocityBetween(from: Box, to: Box, elapsedMs: number): { x: number; y: number } {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  return { x: dx / elapsedMs, y: dy / elapsedMs };
}
