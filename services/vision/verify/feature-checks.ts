import { similarity } from '../../core/vectors.js';
import type { Embeddings, LookTwice } from './look.js';
import { mean, percent, round, type VerifyCheck } from './report.js';

/** Two people who are more alike than this: the features say nothing. */
const CONSTANT = 0.99;
/** Share of faces whose own other picture must be the nearest. */
const MOST = 0.8;

/** In place of the comparisons, where there is nothing to compare. */
export const NOBODY_TO_COMPARE: VerifyCheck = {
  name: 'features differ',
  ok: false,
  words: 'not looked at: in no picture two faces were found, so nobody can be compared',
  figure: null,
};

export interface Compared {
  /** Similarities of faces to the other picture of the same person. */
  readonly own: readonly number[];
  /** Of all pairs of two people in one picture. */
  readonly others: readonly number[];
  /** For every face that has a twin and company: whether the twin is nearer than everybody else. */
  readonly isNearest: readonly boolean[];
}

export function compare(looks: readonly LookTwice[], embeddings: readonly Embeddings[]): Compared {
  const own: number[] = [];
  const others: number[] = [];
  const isNearest: boolean[] = [];
  looks.forEach(({ twins }, i) => {
    const { first = [], second = [] } = embeddings[i] ?? {};
    first.forEach((face, j) => {
      first.slice(j + 1).forEach((other) => others.push(similarity(face, other)));
      const alike = second.map((other) => similarity(face, other));
      const twin = alike[twins[j] ?? -1];
      if (twin === undefined) return;
      own.push(twin);
      if (alike.length > 1) isNearest.push(alike.every((one, k) => k === twins[j] || one < twin));
    });
  });
  return { own, others, isNearest };
}

/** Own pictures over other people's, in cosine: what every use of the features rests on. */
export function separation({ own, others }: Compared): number {
  return own.length === 0 || others.length === 0 ? 0 : mean(own) - mean(others);
}

/** Whether two people differ at all. advice: what to do, where they do not. */
export function differCheck({ others }: Compared, advice: string): VerifyCheck {
  const alike = mean(others);
  const ok = alike <= CONSTANT;
  const words = ok
    ? `two people of one picture have a similarity of ${round(alike)} on average`
    : `two people of one picture have a similarity of ${alike.toFixed(4)} on average, above ` +
      `${CONSTANT}: the features hardly depend on the face. ${advice}`;
  return { name: 'features differ', ok, words, figure: alike };
}

/** Whether a person's other picture is nearer than other people. */
export function nearestCheck(compared: Compared): VerifyCheck {
  const share = compared.isNearest.filter((nearest) => nearest).length / compared.isNearest.length;
  const ok = share >= MOST;
  const seen =
    `for ${percent(share)} of the faces the same face mirrored and a fifth darker is nearer ` +
    `(${round(mean(compared.own))} on average) than any other person (${round(mean(compared.others))})`;
  const words = ok
    ? seen
    : `${seen}; at least ${percent(MOST)} are expected: the weights are untrained, or layout, mean, std ` +
      'or the template of points are not those of the training';
  return { name: 'same face nearer', ok, words, figure: share };
}
