import { basename, dirname, join } from 'node:path';
import { toClipidError } from '../../core/errors.js';
import { leastSpanOf, qualityKindOf } from '../../models/manifest.js';
import { postprocessOf } from '../../vision/postprocess.js';
import type { Material, Sample, SampleSet, SetGroup } from '../material.js';
import { seeded } from '../seeded.js';
import { readFace } from './aligned-face.js';
import { degrade, type Degradation, type FacePixels } from './degrade.js';
import type { FaceEmbedder } from './embedder.js';
import type { PersonFiles } from './people.js';
import {
  degradedJobs,
  type Job,
  keyOf,
  type PictureRules,
  type Plan,
  plansFor,
} from './look-plan.js';

export interface Watch {
  readonly signal: AbortSignal;
  /** Faces that were looked at, and how many there are. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Faces in one run of the network. */
const BATCH = 16;

/**
 * Looks at every face of every person, and at the worse versions that sets ask for. What cannot be
 * read is told of in `problems` and missing from its set. Throws CANCELLED, MODEL_FAILED, BUNDLE_INVALID.
 */
export async function readMaterial(
  embedder: FaceEmbedder,
  people: readonly PersonFiles[],
  rules: PictureRules,
  watch: Watch,
): Promise<Material> {
  const faces = people.flatMap(({ pictures }, person) =>
    pictures.map((file) => ({ person, file })),
  );
  const persons = faces.map(({ person }) => person);
  const plans = plansFor(persons, rules);
  const jobs = [...faces.keys()].map((face): Job => ({ face, mixture: null }));
  jobs.push(...degradedJobs(plans));
  const problems: string[] = [];
  const read = async ({ face, mixture }: Job): Promise<FacePixels | null> => {
    try {
      const pixels = await readFace(faces[face]?.file ?? '');
      return mixture === null ? pixels : await worse(pixels, face, mixture, rules.seed);
    } catch (thrown) {
      if (mixture === null) problems.push(toClipidError(thrown).message);
      return null;
    }
  };
  const samples = new Map<string, Sample>();
  await lookAtAll(embedder, jobs, read, watch, (job, seen) => {
    const { person = 0, file = '' } = faces[job.face] ?? {};
    const name = join(basename(dirname(file)), basename(file));
    samples.set(keyOf(job), { person, name, picture: file, ...seen });
  });
  const { manifest, bundleId } = embedder.bundle;
  return {
    bundleId,
    qualityKind: qualityKindOf(manifest),
    postprocess: postprocessOf(manifest),
    aggregation: manifest.aggregation.kind,
    leastSpan: leastSpanOf(manifest),
    faces: jobs.flatMap((job) => (job.mixture === null ? (samples.get(keyOf(job)) ?? []) : [])),
    groups: plans.map((plan) => groupOf(plan, people, samples)),
    problems,
  };
}

/** The same face is always made worse in the same way, whatever set it is in. */
function worse(
  pixels: FacePixels,
  face: number,
  mixture: readonly Degradation[],
  seed: number,
): Promise<FacePixels> {
  const random = seeded(seed * 1_000_003 + face);
  const kind = mixture[Math.floor(random() * mixture.length)] ?? 'low-resolution';
  return degrade(pixels, kind, random);
}

/** The next pictures are read while the network works on these. */
async function lookAtAll(
  embedder: FaceEmbedder,
  jobs: readonly Job[],
  read: (job: Job) => Promise<FacePixels | null>,
  { signal, onProgress }: Watch,
  onSeen: (job: Job, seen: { feature: Float32Array; quality: number }) => void,
): Promise<void> {
  const readAt = (first: number) => {
    const batch = jobs.slice(first, first + BATCH);
    return Promise.all(batch.map(async (job) => ({ job, pixels: await read(job) })));
  };
  let next = readAt(0);
  for (let first = 0; first < jobs.length; first += BATCH) {
    const batch = await next;
    next = readAt(first + BATCH);
    signal.throwIfAborted();
    const readable = batch.flatMap(({ job, pixels }) => (pixels === null ? [] : [{ job, pixels }]));
    const seen = await embedder.look(readable.map(({ pixels }) => pixels));
    readable.forEach(({ job }, i) => {
      const one = seen[i];
      if (one !== undefined) onSeen(job, one);
    });
    onProgress(Math.min(first + BATCH, jobs.length), jobs.length);
  }
}

function groupOf(
  { label, mixture, sets }: Plan,
  people: readonly PersonFiles[],
  samples: ReadonlyMap<string, Sample>,
): SetGroup {
  const made = sets.map(({ person, faces }, i): SampleSet => {
    const name = `${people[person]?.name ?? ''}, set ${i + 1}`;
    const keys = faces.map(({ face, isDegraded }) =>
      keyOf({ face, mixture: isDegraded ? mixture : null }),
    );
    return { person, name, samples: keys.flatMap((key) => samples.get(key) ?? []) };
  });
  return { label, sets: made.filter((set) => set.samples.length > 0) };
}
