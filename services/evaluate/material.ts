import type { Aggregation } from '../aggregate/weights.js';
import { aggregate, type AggregationRule } from '../aggregate/template.js';
import { type Postprocess, toEmbedding } from '../core/vectors.js';
import type { Labelled } from './scoring/vector-set.js';

/** A face as a bundle, or a file of features, sees it. */
export interface Sample {
  /** Number of the person, from 0. */
  readonly person: number;
  /** Where it comes from, for a reader: a path, a line of a list. */
  readonly name: string;
  /** The file of the aligned face itself; null where there is none. */
  readonly picture: string | null;
  /** [feature dimension], neither centred nor of unit length. */
  readonly feature: Float32Array;
  /** Larger is better; NaN where not known. */
  readonly quality: number;
}

/** The faces of one person in one clip, or put together as if they were. */
export interface SampleSet {
  readonly person: number;
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** Sets of one kind: `clips`, or `2-of-8`. */
export interface SetGroup {
  readonly label: string;
  readonly sets: readonly SampleSet[];
}

/** Everything of one bundle that is to be compared. */
export interface Material {
  readonly bundleId: string;
  /** Which score the qualities are of. */
  readonly qualityKind: string;
  readonly postprocess: Postprocess;
  /** The bundle's own. */
  readonly aggregation: Aggregation;
  /** Of the qualities, for the aggregation `qan`. */
  readonly leastSpan: number;
  readonly faces: readonly Sample[];
  readonly groups: readonly SetGroup[];
  /** What could not be read, for a person. */
  readonly problems: readonly string[];
}

/** What is compared with what: a face, or the template of a set. */
export interface Item extends Labelled {
  readonly name: string;
  readonly picture: string | null;
  readonly quality: number;
}

/** Faces by themselves, as the image track compares them. */
export function faceItems({ faces, postprocess }: Material): Item[] {
  return faces.map(({ feature, ...face }) => ({
    ...face,
    embedding: toEmbedding(feature, postprocess),
  }));
}

/** One template a set, as the video track compares them; its quality is its frames' mean. */
export function setItems(sets: readonly SampleSet[], rule: AggregationRule): Item[] {
  return sets.map(({ person, name, samples }) => {
    const qualities = samples.map(({ quality }) => quality);
    const known = qualities.every(Number.isFinite) ? qualities : qualities.map(() => 0);
    const features = samples.map(({ feature }) => feature);
    const { template } = aggregate(features, known, rule);
    const quality = qualities.reduce((sum, one) => sum + one, 0) / samples.length;
    return { person, name, embedding: template, quality, picture: bestPicture(samples) };
  });
}

function bestPicture(samples: readonly Sample[]): string | null {
  const [best] = [...samples].sort((a, b) => b.quality - a.quality);
  return best?.picture ?? null;
}
