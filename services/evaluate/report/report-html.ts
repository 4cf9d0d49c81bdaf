import { DRAWS } from '../verification.js';
import { bundleIdsOf, type EvaluationResult, type NamedSubject, namedSubjects } from '../result.js';
import { legend } from './plot.js';
import { pairsHtml } from './pairs.js';
import { cmcPlot, detPlot, discardPlot, FPIR_TEXT, histogramPlot, rocPlot } from './plots.js';
import { STYLE } from './style.js';
import { escaped } from './svg.js';
import { identificationTable, stopList, verificationTable } from './tables.js';
import type { Thumbnails } from './thumbnails.js';

/** More are in the JSON document. */
const MOST_REMARKS = 20;

/** The whole evaluation as one page that needs no other file, no script and no network. */
export function reportHtml(result: EvaluationResult, thumbnails: Thumbnails): string {
  const subjects = namedSubjects(result.subjects);
  const names = subjects.map(({ name }) => name);
  const parts = [
    introduction(result, thumbnails),
    '<h2>One to one</h2>',
    verificationTable(subjects),
    `<p>TPR at fixed false positive rates. Below a figure: 95 %, by bootstrap over people (${DRAWS} draws).
     <sup>*</sup> rests on fewer than 30 false matches.</p>`,
    '<h2>One to many</h2>',
    identificationTable(subjects),
    `<p>Half of the people are enrolled with one face (or set) each, the others are strangers. Means over
     seeded splits; below them the least and the most of a split. FNIR: searches for enrolled people that
     do not bring them first, at a threshold that ${FPIR_TEXT} of the strangers pass.</p>`,
    stopList(subjects),
    '<h2>Curves</h2>',
    legend(names),
    figures([
      ['ROC', rocPlot(subjects)],
      ['DET', detPlot(subjects)],
      ['CMC', cmcPlot(subjects)],
      [discardTitle(subjects), discardPlot(subjects)],
    ]),
    '<h2>Scores</h2>',
    legend(['pairs of one person', 'pairs of two people']),
    figures(subjects.map((one) => [one.name, histogramPlot(one)])),
    '<h2>Pairs to look at</h2>',
    ...subjects.map((one) => pairsHtml(one, thumbnails)),
  ];
  return page(parts.join('\n'));
}

function introduction(result: EvaluationResult, thumbnails: Thumbnails): string {
  const { data, seed, degradations, subjects, problems, remarks } = result;
  const bundles = bundleIdsOf(subjects).join(', ');
  const worse = degradations.length === 0 ? '' : `; made worse by ${degradations.join(', ')}`;
  const lines = [
    `Bundle${bundles.includes(', ') ? 's' : ''}: ${bundles}`,
    `Data: ${data}; seed ${seed}${worse}`,
    ...(problems.length === 0 ? [] : [`Left out, as they could not be read: ${problems.length}`]),
    ...remarks.slice(0, MOST_REMARKS),
    ...(remarks.length > MOST_REMARKS ? [`... and ${remarks.length - MOST_REMARKS} more`] : []),
    ...(thumbnails.size === 0 ? [] : ['This page shows faces: biometric data. Keep it as such.']),
  ];
  const text = lines.map((line) => `<p>${escaped(line)}</p>`).join('');
  return `<h1>Who is recognised, and how surely</h1>${text}`;
}

function discardTitle(subjects: readonly NamedSubject[]): string {
  const fprs = subjects.flatMap(({ subject }) => subject.verification.discard?.fpr ?? []);
  const at = [...new Set(fprs)].map((fpr) => fpr.toExponential()).join(' or ');
  return `Quality against error${at === '' ? ' (no quality is known)' : `, at FPR ${at}`}`;
}

function figures(plots: readonly (readonly [title: string, svg: string])[]): string {
  const all = plots.map(
    ([title, svg]) => `<figure><figcaption>${escaped(title)}</figcaption>${svg}</figure>`,
  );
  return `<div class="plots">${all.join('\n')}</div>`;
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>clipid evaluate</title><style>${STYLE}</style></head>
<body>
${body}
</body></html>
`;
}
