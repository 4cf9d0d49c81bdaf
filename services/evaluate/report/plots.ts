import { FPIR } from '../metrics/identification.js';
import type { NamedSubject } from '../result.js';
import { linearAxis, logAxis, MOST_SHOWN, probitAxis } from './axes.js';
import { plot } from './plot.js';
import type { Line } from './svg.js';

function fewestPairs(subjects: readonly NamedSubject[], kind: 'genuinePairs' | 'impostorPairs') {
  return Math.max(10, ...subjects.map(({ subject }) => subject.verification[kind]));
}

/** True against false positives. */
export function rocPlot(subjects: readonly NamedSubject[]): string {
  const decades = Math.ceil(Math.log10(fewestPairs(subjects, 'impostorPairs')));
  const lines = subjects.map(({ name, subject }): Line => {
    const points = subject.verification.roc.map(({ fpr, tpr }) => [fpr, tpr] as const);
    return { name, points };
  });
  const x = logAxis('false positive rate', decades);
  return plot('ROC', x, linearAxis('true positive rate', 0, 1), lines);
}

/** Misses against false positives. */
export function detPlot(subjects: readonly NamedSubject[]): string {
  const lines = subjects.map(({ name, subject }): Line => {
    const points = subject.verification.roc.map(({ fpr, tpr }) => [fpr, 1 - tpr] as const);
    // Neither a miss rate of zero nor what is worse than a coin has a place on this scale.
    const isShown = ([fpr, missed]: readonly [number, number]): boolean =>
      missed > 0 && missed <= MOST_SHOWN && fpr <= MOST_SHOWN;
    return { name, points: points.filter(isShown) };
  });
  const least = (kind: 'genuinePairs' | 'impostorPairs'): number =>
    Math.max(1e-8, 10 ** -Math.ceil(Math.log10(fewestPairs(subjects, kind))));
  const x = probitAxis('false positive rate', least('impostorPairs'));
  return plot('DET', x, probitAxis('share of misses', least('genuinePairs')), lines);
}

/** Where the scores of both kinds of pairs lie, for one subject. */
export function histogramPlot({ name, subject }: NamedSubject): string {
  const { least, most, genuine, impostor } = subject.verification.histogram;
  const width = (most - least) / genuine.length;
  const line = (what: string, shares: readonly number[]): Line => ({
    name: what,
    points: shares.map((share, i) => [least + (i + 0.5) * width, share] as const),
    isFilled: true,
  });
  const highest = Math.max(...genuine, ...impostor);
  const y = linearAxis('share of pairs, %', 0, highest * 1.05, 100);
  const lines = [line('one person', genuine), line('two people', impostor)];
  return plot(`scores: ${name}`, linearAxis('similarity', least, most), y, lines);
}

/** Misses by what is put aside for its quality. */
export function discardPlot(subjects: readonly NamedSubject[]): string {
  const lines = subjects.map(({ name, subject }): Line => {
    const points = subject.verification.discard?.points ?? [];
    return { name, points: points.map(({ discarded, missed }) => [discarded, missed] as const) };
  });
  const highest = Math.max(1e-3, ...lines.flatMap(({ points }) => points.map(([, y]) => y)));
  const x = linearAxis('share put aside, lowest quality first, %', 0, 1, 100);
  return plot('quality', x, linearAxis('share of misses, %', 0, highest * 1.05, 100), lines);
}

/** Share of searches found at a rank or before. */
export function cmcPlot(subjects: readonly NamedSubject[]): string {
  const lines = subjects.map(({ name, subject }): Line => {
    const cmc = subject.identification?.cmc ?? [];
    return { name, points: cmc.map((share, i) => [i + 1, share] as const) };
  });
  const shares = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const lowest = Math.max(0, Math.min(0.95, ...shares) - 0.02);
  const ranks = Math.max(2, ...lines.map(({ points }) => points.length));
  const y = linearAxis('found at this rank or before', lowest, 1);
  return plot('CMC', linearAxis('rank', 1, ranks), y, lines);
}

export const FPIR_TEXT = `${FPIR * 100} %`;
