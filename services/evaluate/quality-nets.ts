/**
 * Measures what a bundle's quality net is worth against the plain mean and the `heuristic` quality, on
 * people whom the net has not seen:
 *
 *   npx tsx services/evaluate/quality-nets.ts <folder of people> <bundle> id00,id03
 *
 * Sets of 8 faces of one person, some as they are, the others degraded (`degradations.ts`), and sets of 3
 * and 8 as they are; TPR over all pairs of sets, with intervals from drawing the sets anew. They say how
 * much chance is in the sets, not how other people would fare.
 */
import { aggregate } from '../aggregate/template.js';
import type { Aggregation } from '../aggregate/weights.js';
import { postprocessOf } from '../vision/postprocess.js';
import { readFace, readPeople } from './aligned-faces.js';
import { type Degradation, mixed, shrunk } from './degradations.js';
import { intervalOf, rateOf, resamples, similarities } from './resampled-rates.js';
import { openScorer, type ScoredFace, type Scorer } from './scored-faces.js';
import { seeded, shuffled } from './seeded.js';

const FACES_EACH = 80;
const SETS_EACH = 100;
const RESAMPLES = 60;
const FPRS = [1e-3, 1e-4];
const KINDS: Readonly<Record<string, Degradation>> = { shrunk, mixed };
/** Faces of a set, and how many of them are as they were. */
const ROWS = [
  { size: 8, kept: 1 },
  { size: 8, kept: 2 },
  { size: 8, kept: 3 },
  { size: 8, kept: 8 },
  { size: 3, kept: 3 },
];

interface Rule {
  readonly name: string;
  readonly kind: Aggregation;
  readonly quality: (face: ScoredFace) => number;
  /** Knows which faces are as they were, and takes no others. */
  readonly keptOnly?: boolean;
}
const RULES: readonly Rule[] = [
  { name: 'mean', kind: 'mean', quality: () => 1 },
  { name: 'heuristic', kind: 'qan', quality: ({ heuristic }) => heuristic },
  { name: 'network', kind: 'qan', quality: ({ network }) => network },
  { name: 'kept only', kind: 'mean', quality: () => 1, keptOnly: true },
];

type Pairs = readonly { readonly kept: ScoredFace; readonly degraded: ScoredFace }[];
interface FaceSet {
  readonly person: string;
  readonly faces: readonly ScoredFace[];
}

async function readPairs(
  scorer: Scorer,
  files: readonly string[],
  degrade: Degradation,
  random: () => number,
): Promise<Pairs> {
  const pairs = [];
  for (const file of files) {
    const face = await readFace(file);
    const degraded = await scorer.score(await degrade(face, random));
    pairs.push({ kept: await scorer.score(face), degraded });
  }
  return pairs;
}

function drawSets(
  people: ReadonlyMap<string, Pairs>,
  { size, kept }: (typeof ROWS)[number],
  random: () => number,
): FaceSet[] {
  return [...people].flatMap(([person, pairs]) =>
    Array.from({ length: SETS_EACH }, () => {
      const chosen = shuffled(pairs, random).slice(0, size);
      return { person, faces: chosen.map((pair, i) => (i < kept ? pair.kept : pair.degraded)) };
    }),
  );
}

function embeddingsOf(scorer: Scorer, sets: readonly FaceSet[], rule: Rule, kept: number) {
  const postprocess = postprocessOf(scorer.bundle.manifest);
  return sets.map(({ person, faces }) => {
    const used = rule.keptOnly === true ? faces.slice(0, kept) : faces;
    const features = used.map(({ feature }) => feature);
    const { template } = aggregate(features, used.map(rule.quality), {
      kind: rule.kind,
      postprocess,
    });
    return { person, embedding: template };
  });
}

/** Of every rule its rate at `fpr` and, but for the mean's own, what it is above the mean. */
function printRow(
  scorer: Scorer,
  sets: readonly FaceSet[],
  kept: number,
  title: string,
  random: () => number,
): void {
  const people = sets.map(({ person }) => person);
  const draws = resamples(sets.length, RESAMPLES, random);
  const all = sets.map((_, i) => i);
  const tables = RULES.map((rule) => similarities(embeddingsOf(scorer, sets, rule, kept)));
  for (const fpr of FPRS) {
    const base = draws.map((draw) => rateOf(tables[0] ?? new Float32Array(), people, draw, fpr));
    const cells = RULES.map(({ name }, i) => {
      const table = tables[i] ?? new Float32Array();
      const rate = rateOf(table, people, all, fpr);
      const gains = draws.map((draw, k) => rateOf(table, people, draw, fpr) - (base[k] ?? 0));
      const gain = rate - rateOf(tables[0] ?? table, people, all, fpr);
      const { low, high } = intervalOf(gain, gains);
      const over = i === 0 ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)} over mean)`;
      return `${name} ${rate.toFixed(3)}${over}`;
    });
    process.stdout.write(`${title.padEnd(20)} ${fpr.toExponential()}  ${cells.join('  ')}\n`);
  }
}

const [folder, bundle, names = ''] = process.argv.slice(2);
if (folder === undefined || bundle === undefined) {
  process.stderr.write(
    'usage: npx tsx services/evaluate/quality-nets.ts <people> <bundle> [names]\n',
  );
  process.exit(2);
}
const wanted = new Set(names.split(',').filter((name) => name !== ''));
const chosen = (await readPeople(folder, FACES_EACH)).filter(
  ({ name }) => wanted.size === 0 || wanted.has(name),
);
const scorer = await openScorer(bundle);
for (const [kind, degrade] of Object.entries(KINDS)) {
  const random = seeded(1);
  const people = new Map<string, Pairs>();
  for (const { name, files } of chosen) {
    people.set(name, await readPairs(scorer, files, degrade, random));
    process.stderr.write(`${kind}, ${name}: ${files.length} faces\n`);
  }
  for (const row of ROWS) {
    // Faces as they are need no kind; one is enough.
    if (row.kept === row.size && kind !== 'shrunk') continue;
    const title =
      row.kept === row.size ? `${row.size} as they are` : `${row.kept} of ${row.size}, ${kind}`;
    printRow(scorer, drawSets(people, row, random), row.kept, title, random);
  }
}
