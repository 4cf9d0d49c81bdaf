/**
 * Measures what might make better templates of the default bundle's features: mirror images, faces drawn in
 * several sizes, linear maps learned from other people.
 *
 *   npx tsx services/evaluate/better-templates.ts <folder of people with aligned faces> [faces each]
 *
 * Everything that is learned, the mean feature too, comes from two thirds of the people, and the rates from
 * the others; each third in turn, for several seeded partitions.
 */
import { Looker } from './better-templates/looks.js';
import { KINDS, lookAtPerson, type PersonLooks } from './better-templates/people.js';
import { type Fold, FPRS, ratesOf } from './better-templates/rates.js';
import { BASE, type Variant, VARIANTS } from './better-templates/variants.js';
import { readPeople } from './faces/people.js';
import { labelOf } from './faces/set-plan.js';
import { folderArgument, openDefault } from './features.js';
import { ScorePool } from './scoring/score-pool.js';
import { seeded, shuffled } from './seeded.js';

const FACES_EACH = Number(process.argv[3] ?? 240);
const PARTITIONS = 4;
const FOLDS = 3;

async function readAll(folder: string, looker: Looker): Promise<PersonLooks[]> {
  const embedder = await openDefault();
  const people: PersonLooks[] = [];
  for (const person of await readPeople(folder, FACES_EACH)) {
    people.push(await lookAtPerson(person, looker, embedder));
    process.stderr.write(`${person.name}: ${person.pictures.length} faces\n`);
  }
  return people;
}

function foldsOf(people: readonly PersonLooks[]): Fold[] {
  return Array.from({ length: PARTITIONS }, (_, seed) => shuffled(people, seeded(seed))).flatMap(
    (order) =>
      Array.from({ length: FOLDS }, (_, fold) => ({
        training: order.filter((_person, i) => i % FOLDS !== fold),
        test: order.filter((_person, i) => i % FOLDS === fold),
      })),
  );
}

/** `+0.012 (-0.003 to +0.031)`: the mean over the folds, the least and the most. */
function gain(values: readonly number[]): string {
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < values.length) return '-';
  return `${signed(meanOf(known))} (${signed(Math.min(...known))} to ${signed(Math.max(...known))})`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function show({ name, passes }: Variant, cells: readonly string[]): void {
  const ms = (passes * looker.msEach).toFixed(1);
  process.stdout.write(`| ${[name, ms, ...cells].join(' | ')} |\n`);
}

async function ratesOnAll(variant: Variant): Promise<number[][]> {
  const rates: number[][] = [];
  for (const fold of folds) rates.push(await ratesOf(variant, fold, pool));
  return rates;
}

const looker = await Looker.open(await openDefault());
const pool = ScorePool.start(2);
const folds = foldsOf(await readAll(folderArgument('better-templates.ts'), looker));
const headings = ['faces', ...KINDS.map(labelOf)].flatMap((what) =>
  FPRS.map((fpr) => `${what} @ ${fpr.toExponential()}`),
);
process.stdout.write(`| what | ms a face | ${headings.join(' | ')} |\n`);
process.stdout.write(`|${' --- |'.repeat(headings.length + 2)}\n`);
const base = await ratesOnAll(BASE);
const columnOf = (rates: readonly (readonly number[])[], column: number): number[] =>
  rates.map((row) => row[column] ?? Number.NaN);
show(
  BASE,
  headings.map((_, column) => {
    const mean = meanOf(columnOf(base, column));
    return Number.isNaN(mean) ? '-' : mean.toFixed(3);
  }),
);
for (const variant of VARIANTS) {
  const rates = await ratesOnAll(variant);
  const gains = headings.map((_, column) => {
    const before = columnOf(base, column);
    return gain(columnOf(rates, column).map((rate, i) => rate - (before[i] ?? Number.NaN)));
  });
  show(variant, gains);
}
await pool.close();
