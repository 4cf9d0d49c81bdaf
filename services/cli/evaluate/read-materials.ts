import { availableParallelism } from 'node:os';
import { loadConfig } from '../../config.js';
import { ClipidError } from '../../core/errors.js';
import type { SetKind } from '../../evaluate/faces/set-plan.js';
import type { Material } from '../../evaluate/material.js';
import type { Context } from '../context.js';
import { startProgress } from '../progress.js';
import type { EvaluateFlags } from './options.js';

/** What one bundle sees, and how faces were made worse for it. */
export interface ReadMaterial {
  readonly material: Material;
  readonly degraded: readonly string[];
  /** What a reader should know of it. */
  readonly remarks: readonly string[];
}

const DEFAULT_KINDS: readonly SetKind[] = [
  { sharp: 4, size: 4 },
  { sharp: 8, size: 8 },
];

/** The features of a file, or those of every bundle of the data's faces and clips. */
export async function* readMaterials(
  context: Context,
  data: string,
  flags: EvaluateFlags,
): AsyncGenerator<ReadMaterial> {
  if (data.endsWith('.npy')) {
    yield { material: await readFeatureFile(data, flags), degraded: [], remarks: [] };
    return;
  }
  const { readPeople } = await import('../../evaluate/faces/people.js');
  const people = await readPeople(data, flags.most);
  const bundles = new Set(flags.bundle ?? [undefined]);
  await checkAll([...bundles]);
  for (const bundle of bundles) {
    const pictures = await readPictures(context, bundle, people, flags);
    if (people.every(({ clips }) => clips.length === 0)) {
      yield pictures;
      continue;
    }
    const { readClips, withClips } = await import('./read-clips.js');
    const clips = await readClips(context, bundle, people, flags);
    yield { ...pictures, material: withClips(pictures.material, clips), remarks: clips.remarks };
  }
}

/** A bundle that is not there is told of before the others have worked for an hour. */
async function checkAll(bundles: readonly (string | undefined)[]): Promise<void> {
  const { openBundle } = await import('../../models/open-bundle.js');
  if (bundles.length > 1) for (const bundle of bundles) await openBundle(loadConfig({ bundle }));
}

async function readFeatureFile(data: string, { list, bundle }: EvaluateFlags): Promise<Material> {
  const { readFeatures } = await import('../../evaluate/features/feature-material.js');
  if (list === undefined) {
    const text = 'Features need --list <file.csv>, which says whose they are.';
    throw new ClipidError('FIELD_INVALID', text, { field: '--list' });
  }
  if (bundle !== undefined) {
    const text = 'Features were made already: --bundle has nothing to do.';
    throw new ClipidError('FIELD_INVALID', text, { field: '--bundle' });
  }
  return readFeatures(data, list);
}

type People = Awaited<ReturnType<typeof import('../../evaluate/faces/people.js').readPeople>>;

async function readPictures(
  { terminal, signal }: Context,
  bundle: string | undefined,
  people: People,
  flags: EvaluateFlags,
): Promise<ReadMaterial> {
  const { openBundle } = await import('../../models/open-bundle.js');
  const { chooseProvider } = await import('../../vision/runtime/providers.js');
  const { FaceEmbedder } = await import('../../evaluate/faces/embedder.js');
  const { readMaterial } = await import('../../evaluate/faces/read-material.js');
  const config = loadConfig({ bundle, provider: flags.provider });
  const loaded = await openBundle(config);
  const { provider } = await chooseProvider(config.provider);
  const embedder = await FaceEmbedder.open(loaded, { provider, threads: availableParallelism() });
  const kinds = flags.sharp ?? DEFAULT_KINDS;
  const mixtures = flags.eachKind === true ? flags.degrade.map((kind) => [kind]) : [flags.degrade];
  const rules = { ...flags, kinds, mixtures };
  const progress = startProgress(terminal, 100, '%');
  const onProgress = (done: number, total: number): void =>
    progress.update((100 * done) / total, `${loaded.bundleId}: ${done} of ${total} faces`);
  try {
    const material = await readMaterial(embedder, people, rules, { signal, onProgress });
    const isWorse = kinds.some(({ sharp, size }) => sharp < size) && hasSets(material);
    return { material, degraded: isWorse ? flags.degrade : [], remarks: [] };
  } finally {
    progress.stop();
  }
}

/** Clips alone, and people with few pictures, make no sets. */
function hasSets({ groups }: Material): boolean {
  return groups.some(({ sets }) => sets.length > 0);
}
