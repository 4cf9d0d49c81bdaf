import { fitTail, shareAbove, similarityOfShare, type Tail, type WeightedScores } from './tail.js';

/** Where the curve stops counting and goes on by the tail: similarities. */
export interface Joints {
  readonly tailFrom: number;
  readonly join: number;
}

/** The similarity that this many pairs reach, at least. */
export function similarityOfRank({ scores, weights }: WeightedScores, rank: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    sum += weights[i] ?? 0;
    if (sum >= rank) return scores[i] ?? -1;
  }
  return scores[scores.length - 1] ?? -1;
}

/** The rates of one set of pairs: counted up to the joint, by the fitted tail from there on. */
export class ImpostorCurve {
  /** Of the pairs, at the joint: the last rate that is counted. */
  readonly rateAtJoin: number;
  private readonly tail: Tail | undefined;
  private readonly shareAtJoin: number;

  constructor(
    private readonly pairs: WeightedScores,
    private readonly joints: Joints,
  ) {
    this.tail = fitTail(pairs, joints.tailFrom);
    this.rateAtJoin = this.counted([joints.join])[0] ?? 0;
    this.shareAtJoin = this.tail === undefined ? 0 : shareAbove(this.tail, joints.join);
  }

  /** Share of the pairs at or above each of the similarities, which ascend. */
  rates(similarities: readonly number[]): number[] {
    const counted = this.counted(similarities);
    return similarities.map((similarity, i) =>
      similarity > this.joints.join ? this.beyond(similarity) : (counted[i] ?? 0),
    );
  }

  /** The similarity beyond the joint that has this rate; above 1 where none has. */
  similarityOf(rate: number): number {
    if (this.tail === undefined) return Infinity;
    return similarityOfShare(this.tail, (rate / this.rateAtJoin) * this.shareAtJoin);
  }

  private beyond(similarity: number): number {
    if (this.tail === undefined || this.shareAtJoin === 0) return 0;
    return this.rateAtJoin * (shareAbove(this.tail, similarity) / this.shareAtJoin);
  }

  private counted(similarities: readonly number[]): number[] {
    const { scores, weights, total } = this.pairs;
    const rates = new Array<number>(similarities.length).fill(0);
    let [sum, at] = [0, 0];
    for (let i = similarities.length - 1; i >= 0; i--) {
      const least = similarities[i] ?? 0;
      while (at < scores.length && (scores[at] ?? 0) >= least) sum += weights[at++] ?? 0;
      rates[i] = Math.min(1, sum / total);
    }
    return rates;
  }
}
