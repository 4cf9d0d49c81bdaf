import { FEW_ERRORS, FPRS } from '../metrics/operating-points.js';
import { stopReasons, type NamedSubject, type SubjectResult } from '../result.js';
import { FPIR_TEXT } from './plots.js';
import { escaped } from './svg.js';

function tableHtml(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heading.map(headingCell).join('');
  const body = rows.map(
    ([first = '', ...cells]) =>
      `<tr><th scope="row">${escaped(first)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** A rate's name stays on one line. */
function headingCell(cell: string): string {
  return `<th${cell.includes('@') ? ' class="rate"' : ''}>${escaped(cell)}</th>`;
}

const rate = (value: number, digits = 3): string => value.toFixed(digits);
const whole = (value: number): string => value.toLocaleString('en-US');

function withInterval(value: string, interval: { low: number; high: number } | null): string {
  if (interval === null) return value;
  return `${value}<small>${rate(interval.low)} to ${rate(interval.high)}</small>`;
}

/** TPR at fixed false positive rates; few false matches are marked. */
export function verificationTable(subjects: readonly NamedSubject[]): string {
  const fprs = FPRS.filter((fpr) =>
    subjects.some(({ subject }) => subject.verification.points.some((one) => one.fpr === fpr)),
  );
  const rows = subjects.map(({ name, subject: { verification } }) => [
    name,
    whole(verification.people),
    `${whole(verification.genuinePairs)}<small>${whole(verification.impostorPairs)}</small>`,
    equalErrorCell(verification),
    ...fprs.map((fpr) => pointCell(verification, fpr)),
  ]);
  const rates = fprs.map((fpr) => `TPR @ ${fpr.toExponential()}`);
  return tableHtml(['', 'people', 'pairs of one, of two people', 'EER', ...rates], rows);
}

function equalErrorCell({ equalError }: SubjectResult['verification']): string {
  if (equalError === null) return '-';
  return withInterval(rate(equalError.rate, 4), equalError.interval);
}

function pointCell({ points }: SubjectResult['verification'], fpr: number): string {
  const point = points.find((one) => one.fpr === fpr);
  if (point === undefined) return '-';
  const few = point.falseMatches < FEW_ERRORS ? '<sup>*</sup>' : '';
  return withInterval(`${rate(point.tpr)}${few}`, point.interval);
}

/** Rank 1 and FNIR, with the least and the most of the splits. */
export function identificationTable(subjects: readonly NamedSubject[]): string {
  const rows = subjects.map(({ name, subject: { identification } }) => {
    if (identification === null) return [name, '-', '-', '-', '-'];
    const { enrolled, matedSearches, strangerSearches, rank1, fnir } = identification;
    const range = (one: { least: number; most: number }) => ({ low: one.least, high: one.most });
    return [
      name,
      whole(enrolled),
      `${whole(matedSearches)}<small>${whole(strangerSearches)}</small>`,
      withInterval(rate(rank1.mean), range(rank1)),
      fnir === null ? '-' : withInterval(rate(fnir.mean), range(fnir)),
    ];
  });
  const heading = ['', 'enrolled', 'searches for enrolled, for strangers', 'rank 1'];
  return tableHtml([...heading, `FNIR @ FPIR ${FPIR_TEXT}`], rows);
}

/** Where rates end, each reason once. */
export function stopList(subjects: readonly NamedSubject[]): string {
  const items = stopReasons(subjects.map(({ subject }) => subject)).map(
    (line) => `<li>${escaped(line)}.</li>`,
  );
  return items.length === 0 ? '' : `<ul class="notes">${items.join('')}</ul>`;
}
