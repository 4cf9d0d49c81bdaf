import { intersectionOverUnion, relativeCentreDistance } from '../core/boxes.js';
import type { Thresholds } from '../core/types.js';
import { similarity } from '../core/vectors.js';
import type { MemoryRule, OpenTrack, SeenFace } from './open-track.js';

/** When a face may continue a track, or begin one. Similarities are cosines of embeddings. */
export interface LinkRules extends MemoryRule {
  /** A face that looks less alike than this is somebody else, however well the boxes overlap. */
  readonly leastSimilarity: number;
  /** A face that has moved away from its expected place must look at least this much alike. */
  readonly movedSimilarity: number;
  /** Similarity from which two faces surely are one person. */
  readonly sureSimilarity: number;
  /** Overlap with the expected box from which a face counts as not having moved away. */
  readonly leastOverlap: number;
  /** Distance of centres, in box sides, beyond which no face is linked. */
  readonly farthest: number;
  /** A track that was not seen for longer is closed. */
  readonly longestGapMs: number;
  /** Detection score that begins a track. Fainter detections only continue one (as in ByteTrack, 2022). */
  readonly openingScore: number;
}

/**
 * The rules for a bundle, on its own scale of similarity. Frames of one person beside each other look
 * much more alike than two pictures of different days, so a link in place asks for no match, only for no
 * contrast; a face elsewhere in the picture must match.
 */
export function linkRulesFor({ matched, uncertain }: Thresholds): LinkRules {
  return {
    leastSimilarity: uncertain - 0.2,
    movedSimilarity: matched,
    rememberedSimilarity: uncertain,
    sureSimilarity: matched,
    leastOverlap: 0.3,
    farthest: 2,
    longestGapMs: 1500,
    openingScore: 0.5,
  };
}

/** A gap is at least one frame long: however few frames are looked at, they are not all apart. */
export function rulesAtRate(rules: LinkRules, framesPerSecond: number): LinkRules {
  return { ...rules, longestGapMs: Math.max(rules.longestGapMs, 1500 / framesPerSecond) };
}

export interface Link {
  readonly track: OpenTrack;
  readonly face: SeenFace;
}

/**
 * Pairs tracks with the faces of the next frame, each at most once, best pair first.
 * Likeness weighs as much as place, so that two people who cross keep their own tracks.
 */
export function linkFaces(
  tracks: readonly OpenTrack[],
  faces: readonly SeenFace[],
  rules: LinkRules,
): Link[] {
  const pairs = tracks
    .flatMap((track) =>
      faces.map((face) => ({ track, face, score: linkScore(track, face, rules) })),
    )
    .filter((pair) => pair.score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score);
  const taken = new Set<OpenTrack | SeenFace>();
  const links: Link[] = [];
  for (const { track, face } of pairs) {
    if (taken.has(track) || taken.has(face)) continue;
    taken.add(track).add(face);
    links.push({ track, face });
  }
  return links;
}

/**
 * Overlap in [0, 1] plus likeness, 0 at `leastSimilarity` and 1 at `sureSimilarity`; minus infinity
 * where the face cannot be the track's person.
 */
export function linkScore(track: OpenTrack, face: SeenFace, rules: LinkRules): number {
  const expected = track.predictBox(face.timestampMs);
  const overlap = Math.max(
    intersectionOverUnion(expected, face.boxPx),
    intersectionOverUnion(track.last.boxPx, face.boxPx),
  );
  const likeness = similarity(track.embedding, face.embedding);
  const inPlace = overlap >= rules.leastOverlap;
  if (likeness < (inPlace ? rules.leastSimilarity : rules.movedSimilarity))
    return Number.NEGATIVE_INFINITY;
  if (!inPlace && relativeCentreDistance(expected, face.boxPx) > rules.farthest)
    return Number.NEGATIVE_INFINITY;
  const range = rules.sureSimilarity - rules.leastSimilarity;
  return overlap + (likeness - rules.leastSimilarity) / range;
}
