import { FPRS } from '../../evaluate/metrics/operating-points.js';
import {
  type EvaluationResult,
  stopReasons,
  type SubjectResult,
  subjectName,
} from '../../evaluate/result.js';
import { decimals, table } from '../table.js';

/** What was found as two tables and what a reader must know of them. */
export function evaluationText({ subjects, degradations }: EvaluationResult): string {
  if (subjects.length === 0) return 'nothing to compare: fewer than two faces could be read';
  const bundles = [...new Set(subjects.map(({ bundleId }) => bundleId))];
  const parts = bundles.flatMap((bundleId) => {
    const own = subjects.filter((subject) => subject.bundleId === bundleId);
    return [bundleId, verificationTable(own), '', identificationTable(own), ''];
  });
  const worse = degradations.length === 0 ? [] : [`made worse by: ${degradations.join(', ')}`];
  return [
    ...parts,
    ...stopReasons(subjects.map((subject) => ({ name: subjectName(subject), subject }))),
    ...worse,
  ]
    .join('\n')
    .trimEnd();
}

function verificationTable(subjects: readonly SubjectResult[]): string {
  const fprs = FPRS.filter((fpr) =>
    subjects.some(({ verification }) => verification.points.some((point) => point.fpr === fpr)),
  );
  const heading = [
    'one to one',
    'pairs of one, of two',
    'EER',
    ...fprs.map((f) => `TPR @ ${f.toExponential()}`),
  ];
  const rows = subjects.map((subject) => {
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
      subjectName(subject),
      `${genuinePairs}, ${impostorPairs}`,
      decimals(equalError?.rate ?? null, 4),
      ...fprs.map(rate),
    ];
  });
  return table(heading, rows);
}

function identificationTable(subjects: readonly SubjectResult[]): string {
  const rows = subjects.map((subject) => {
    const { identification } = subject;
    if (identification === null) return [subjectName(subject), '-', '-', '-', '-'];
    const { enrolled, matedSearches, strangerSearches, rank1, fnir } = identification;
    return [
      subjectName(subject),
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
