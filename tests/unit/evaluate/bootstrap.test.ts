import { describe, expect, it } from 'vitest';
import { bootstrap, drawPeople, ratesOf } from '../../../services/evaluate/metrics/bootstrap.js';
import type { PairSample, WeightedPairs } from '../../../services/evaluate/metrics/pair-sample.js';
import { type Labelled, vectorSet } from '../../../services/evaluate/scoring/vector-set.js';
import { seeded } from '../../../services/evaluate/seeded.js';
import { bestTpr, type AllScores } from './brute-force.js';

const PEOPLE = 6;
const EACH = 4;

function people(): Labelled[] {
  const random = seeded(5);
  const part = (): number => Math.round((random() - 0.5) * 16) / 64;
  return Array.from({ length: PEOPLE * EACH }, (_, i) => ({
    person: i % PEOPLE,
    embedding: Float32Array.from({ length: 6 }, (_unused, k) =>
      k === i % PEOPLE ? 0.5 + part() : part(),
    ),
  }));
}

function scoreOf(a: Labelled | undefined, b: Labelled | undefined): number {
  return (a?.embedding ?? new Float32Array()).reduce(
    (sum, value, k) => sum + value * (b?.embedding[k] ?? 0),
    0,
  );
}

/** Every pair, each standing for itself. */
function wholeSample(items: readonly Labelled[]): PairSample {
  const set = vectorSet(items);
  const sorted = [...set.order].map((from) => items[from]);
  const kinds = { genuine: [] as number[][], impostor: [] as number[][] };
  sorted.forEach((a, row) => {
    for (let column = row + 1; column < sorted.length; column++) {
      const b = sorted[column];
      const kind = a?.person === b?.person ? 'genuine' : 'impostor';
      kinds[kind].push([scoreOf(a, b), row, column]);
    }
  });
  const columns = (list: number[][]): WeightedPairs => {
    const by = list.sort((a, b) => (b[0] ?? 0) - (a[0] ?? 0));
    return {
      scores: Float32Array.from(by, ([score = 0]) => score),
      counts: Float64Array.from(by, () => 1),
      rows: Uint32Array.from(by, ([, row = 0]) => row),
      columns: Uint32Array.from(by, ([, , column = 0]) => column),
    };
  };
  return { set, genuine: columns(kinds.genuine), impostor: columns(kinds.impostor) };
}

/** The same people copied as often as they were drawn; copies are not compared with each other. */
function copiedScores(items: readonly Labelled[], times: Uint32Array): AllScores {
  const scores = { genuine: [] as number[], impostor: [] as number[] };
  items.forEach((a, i) => {
    for (const b of items.slice(i + 1)) {
      const [drawnA = 0, drawnB = 0] = [times[a.person], times[b.person]];
      const isOwn = a.person === b.person;
      const copies = new Array<number>(isOwn ? drawnA : drawnA * drawnB).fill(scoreOf(a, b));
      scores[isOwn ? 'genuine' : 'impostor'].push(...copies);
    }
  });
  const sorted = (list: number[]): Float64Array => Float64Array.from(list).sort();
  return { genuine: sorted(scores.genuine), impostor: sorted(scores.impostor) };
}

describe('bootstrap over people', () => {
  const items = people();
  const sample = wholeSample(items);
  const sizes = new Array<number>(PEOPLE).fill(EACH);
  const fprs = [0.1, 0.05, 0.01];

  it('gives in each draw what copies of the drawn people give', () => {
    const random = seeded(9);
    for (let draw = 0; draw < 20; draw++) {
      const times = drawPeople(PEOPLE, random);
      const scores = copiedScores(items, times);
      const rates = ratesOf(sample, fprs, sizes, times);
      expect(rates?.tprs).toEqual(fprs.map((fpr) => bestTpr(scores, fpr)));
    }
  });

  it('draws as many people as there are, and repeats itself with its seed', () => {
    const times = drawPeople(50, seeded(1));
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(50);
    expect([...drawPeople(50, seeded(1))]).toEqual([...times]);
    const options = { draws: 50, seed: 3 };
    expect(bootstrap(sample, fprs, options)).toEqual(bootstrap(sample, fprs, options));
  });

  it('holds the rate of the whole sample, and is null for two people', () => {
    const whole = ratesOf(sample, fprs, sizes, new Uint32Array(PEOPLE).fill(1));
    const { tprs } = bootstrap(sample, fprs, { draws: 200, seed: 1 });
    tprs.forEach((interval, i) => {
      expect(interval?.low).toBeLessThanOrEqual(whole?.tprs[i] ?? Number.NaN);
      expect(interval?.high).toBeGreaterThanOrEqual(whole?.tprs[i] ?? Number.NaN);
    });
    const two = wholeSample(items.filter(({ person }) => person < 2));
    expect(bootstrap(two, fprs, { draws: 20, seed: 1 }).tprs).toEqual([null, null, null]);
  });
});
