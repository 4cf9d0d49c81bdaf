import type { Aggregation } from '../aggregate/weights.js';
import { ClipidError } from '../core/errors.js';
import { identify } from './metrics/identification.js';
import { faceItems, type Item, type Material, type SetGroup, setItems } from './material.js';
import type { NamedPair, SubjectResult } from './result.js';
import type { ScorePool } from './scoring/score-pool.js';
import { vectorSet } from './scoring/vector-set.js';
import { verify } from './verification.js';

export interface EvaluateOptions {
  /** Empty: the bundle's own. */
  readonly aggregations: readonly Aggregation[];
  readonly seed: number;
  readonly splits: number;
  readonly signal: AbortSignal;
  /** Share of one subject's pairs, in [0, 1], and what is compared. */
  readonly onProgress: (share: number, text: string) => void;
}

type Subject = Pick<SubjectResult, 'track' | 'sets' | 'aggregation'>;

/**
 * The challenge's protocol on one bundle's material: the image track on its faces, the video track on
 * each group of its sets with each aggregation. Throws FIELD_INVALID, CANCELLED, MODEL_FAILED.
 */
export async function evaluate(
  material: Material,
  pool: ScorePool,
  options: EvaluateOptions,
): Promise<SubjectResult[]> {
  const results: SubjectResult[] = [];
  const add = async (subject: Subject, items: readonly Item[]): Promise<void> => {
    if (items.length > 1) results.push(await compare(material, subject, items, pool, options));
  };
  await add({ track: 'image', sets: null, aggregation: null }, faceItems(material));
  for (const group of material.groups) {
    for (const aggregation of aggregationsFor(material, group, options.aggregations)) {
      const items = setItems(group.sets, { ...material, kind: aggregation });
      await add({ track: 'video', sets: group.label, aggregation }, items);
    }
  }
  return results;
}

/** Weighing frames by a quality that is not known would be the mean under another name. */
function aggregationsFor(
  { aggregation }: Material,
  { sets }: SetGroup,
  asked: readonly Aggregation[],
): readonly Aggregation[] {
  const known = sets.every(({ samples }) => samples.every(({ quality }) => !Number.isNaN(quality)));
  if (known) return asked.length > 0 ? asked : [aggregation];
  if (!asked.includes('qan')) return ['mean'];
  const text = 'The aggregation qan needs a quality for every face; the list has none.';
  throw new ClipidError('FIELD_INVALID', text, { field: '--aggregation' });
}

async function compare(
  { bundleId, qualityKind }: Material,
  subject: Subject,
  items: readonly Item[],
  pool: ScorePool,
  { seed, splits, signal, onProgress }: EvaluateOptions,
): Promise<SubjectResult> {
  const set = vectorSet(items);
  const text = [bundleId, subject.sets ?? 'faces', subject.aggregation ?? ''].join(' ');
  const { pairs, ...verification } = await verify(pool, set, {
    signal,
    seed,
    qualities: items.map(({ quality }) => quality),
    onProgress: (share) => onProgress(share, text),
  });
  const identification = await identify(set, { splits, seed, signal });
  const named = (list: typeof pairs.missed): NamedPair[] =>
    list.map(({ similarity, a, b }) => ({ similarity, a: side(items[a]), b: side(items[b]) }));
  return {
    bundleId,
    qualityKind,
    ...subject,
    verification,
    identification,
    pairs: {
      missed: named(pairs.missed),
      mistaken: named(pairs.mistaken),
      surest: named(pairs.surest),
    },
  };
}

function side(item: Item | undefined) {
  return { name: item?.name ?? '', picture: item?.picture ?? null };
}
