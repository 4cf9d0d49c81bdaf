import { FPRS } from '../../evaluate/metrics/operating-points.js';
import {
  bundleIdsOf,
  type EvaluationResult,
  type NamedSubject,
  namedSubjects,
  stopReasons,
} from '../../evaluate/result.js';
import { decimals, table } from '../table.js';

/** What was found as two tables and what a reader must know of them. */
export function evaluationText({ subjects, degradations }: EvaluationResult): string {
  if (subjects.length === 0) return 'nothing to compare: fewer than two faces could be read';
  const named = namedSubjects(subjects);
  const worse = degradations.length === 0 ? [] : [`made worse by: ${degradations.join(', ')}`];
  return [
    ...bundleIdsOf(subjects),
    verificationTable(named),
    '',
    identificationTable(named),
    '',
    ...stopReasons(subjects),
    ...worse,
  ]
    .join('\n')
    .trimEnd();
}

function verificationTable(subjects: readonly NamedSubject[]): string {
  const fprs = FPRS.filter((fpr) =>
    subjects.some(({ subject }) => subject.verification.points.some((point) => point.fpr === fpr)),
  );
  const heading = [
    'one to one',
    'pairs of one, of two',
    'EER',
    ...fprs.map((f) => `TPR @ ${f.toExponential()}`),
  ];
  const rows = subjects.map(({ name, subject }) => {
    const { genuinePairs, impostorPairs, equalError, points } = subject.verification;
    const rate = (fpr: number): string => {
      const point = points.find((one) => one.fpr === fpr);
      if (point === undefined) return '-';
      const { tpr, interval } = point;
      return interval === null
        ? tpr.toFixed(3)
        : `${tpr.toFixed(3)} (${interval.low.toFixed(3)}-${interval.high.toFixed(3)})`;
    };
    return [
      name,
      `${genuinePairs}, ${impostorPairs}`,
      decimals(equalError?.rate ?? null, 4),
      ...fprs.map(rate),
    ];
  });
  return table(heading, rows);
}

function identificationTable(subjects: readonly NamedSubject[]): string {
  const rows = subjects.map(({ name, subject }) => {
    const { identification } = subject;
    if (identification === null) return [name, '-', '-', '-', '-'];
    const { enrolled, matedSearches, strangerSearches, rank1, fnir } = identification;
    return [
      name,
      `${enrolled}`,
      `${matedSearches}, ${strangerSearches}`,
      rank1.mean.toFixed(3),
      fnir === null
        ? '-'
        : `${fnir.mean.toFixed(3)} (${fnir.least.toFixed(3)}-${fnir.most.toFixed(3)})`,
    ];
  });
  const heading = [
    'one to many',
    'enrolled',
    'searches: enrolled, strangers',
    'rank 1',
    'FNIR @ FPIR 1 %',
  ];
  return table(heading, rows);
}
