import { facesOfEach, totalsOf } from '../metrics/bootstrap.js';
import type { PairSample } from '../metrics/pair-sample.js';
import { type Joints, similarityOfRank } from './impostor-curve.js';
import type { WeightedScores } from './tail.js';

/**
 * Pairs of people, not pairs of faces, are what there is of independent data: ten thousand pairs of two
 * look-alikes say no more than one. The tail begins where about so many pairs of people would be left.
 */
const PEOPLE_PAIRS_IN_TAIL = 3;
const [LEAST_SHARE, MOST_SHARE] = [0.01, 0.1];
/** Counting ends where fewer pairs of people than this are left (the "rule of 30", Doddington 1998). */
const FEW_PEOPLE_PAIRS = 30;

/** The pairs of two people of a set, and whose they are. */
export class PeoplePairs {
  readonly people: number;
  private readonly sizes: readonly number[];
  private readonly left: Uint32Array;
  private readonly right: Uint32Array;

  constructor(private readonly sample: PairSample) {
    const { persons } = sample.set;
    this.sizes = facesOfEach(persons);
    this.people = this.sizes.length;
    this.left = sample.impostor.rows.map((row) => persons[row] ?? 0);
    this.right = sample.impostor.columns.map((row) => persons[row] ?? 0);
  }

  get everyOne(): WeightedScores {
    return this.drawn(new Uint32Array(this.people).fill(1));
  }

  /** times: [people] how often each was drawn. A pair counts as often as both sides together. */
  drawn(times: Uint32Array): WeightedScores {
    const { scores, counts } = this.sample.impostor;
    const weights = new Float64Array(scores.length);
    for (let i = 0; i < weights.length; i++) {
      const both = (times[this.left[i] ?? 0] ?? 0) * (times[this.right[i] ?? 0] ?? 0);
      weights[i] = both * (counts[i] ?? 0);
    }
    return { scores, weights, total: totalsOf(this.sizes, times).impostor };
  }

  joints(): Joints {
    const peoplePairs = (this.people * (this.people - 1)) / 2;
    const share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, PEOPLE_PAIRS_IN_TAIL / peoplePairs));
    const all = this.everyOne;
    const tailFrom = similarityOfRank(all, share * all.total);
    return { tailFrom, join: Math.max(tailFrom, this.lastCounted()) };
  }

  /** Pairs of people from the most alike down, each by its most alike templates. */
  mostAlike(count: number): { a: number; b: number; similarity: number }[] {
    const seen = new Set<number>();
    const alike: { a: number; b: number; similarity: number }[] = [];
    const { scores } = this.sample.impostor;
    for (let i = 0; i < scores.length && alike.length < count; i++) {
      const [a, b] = [this.left[i] ?? 0, this.right[i] ?? 0];
      if (seen.has(a * this.people + b)) continue;
      seen.add(a * this.people + b);
      alike.push({ a, b, similarity: scores[i] ?? 0 });
    }
    return alike;
  }

  /** The similarity that `FEW_PEOPLE_PAIRS` pairs of people reach, each by its most alike faces. */
  private lastCounted(): number {
    return this.mostAlike(FEW_PEOPLE_PAIRS)[FEW_PEOPLE_PAIRS - 1]?.similarity ?? -1;
  }
}
