import type { FaceEmbedder } from '../faces/embedder.js';
import { readFace } from '../faces/aligned-face.js';
import { degrade, type FacePixels } from '../faces/degrade.js';
import type { PersonFiles } from '../faces/people.js';
import { planSets, type SetKind } from '../faces/set-plan.js';
import { seeded } from '../seeded.js';
import type { Looker, Looks } from './looks.js';

/** A face in all framings. */
export interface LookedAt {
  readonly looks: Looks;
  readonly quality: number;
}

/** What is compared of one person: each face, and the faces of each set. */
export interface PersonLooks {
  readonly faces: readonly LookedAt[];
  /** By kind of set, in the order of `KINDS`. */
  readonly sets: readonly (readonly (readonly LookedAt[])[])[];
}

export const KINDS: readonly SetKind[] = [
  { sharp: 2, size: 8 },
  { sharp: 4, size: 4 },
];
const BATCH = 16;
const SEED = 1;

/** Every face of a person in every framing; those that a set wants bad are shrunk to 8 to 16 pixels. */
export async function lookAtPerson(
  { pictures }: PersonFiles,
  looker: Looker,
  embedder: FaceEmbedder,
): Promise<PersonLooks> {
  const sharp = await Promise.all(pictures.map(readFace));
  const persons = sharp.map(() => 0);
  const plans = KINDS.map((kind) => planSets(persons, kind, { setsEach: 1000, seed: SEED }));
  const planned = plans.flatMap((plan) => plan.flatMap((set) => set.faces));
  const bad = [...new Set(planned.flatMap((one) => (one.isDegraded ? [one.face] : [])))];
  const shrunk = bad.map((face) =>
    degrade(sharp[face] ?? { sidePx: 0, pixels: new Uint8Array() }, 'low-resolution', seeded(face)),
  );
  const faces = await lookAt(sharp, looker, embedder);
  const worse = await lookAt(await Promise.all(shrunk), looker, embedder);
  const worseOf = new Map(bad.map((face, i) => [face, worse[i]]));
  const sets = plans.map((plan) =>
    plan.map((set) =>
      set.faces.flatMap(
        ({ face, isDegraded }) => (isDegraded ? worseOf.get(face) : faces[face]) ?? [],
      ),
    ),
  );
  return { faces, sets };
}

async function lookAt(
  pictures: readonly FacePixels[],
  looker: Looker,
  embedder: FaceEmbedder,
): Promise<LookedAt[]> {
  const all: LookedAt[] = [];
  for (let first = 0; first < pictures.length; first += BATCH) {
    const batch = pictures.slice(first, first + BATCH);
    const qualities = await embedder.qualities(batch);
    const looks = await looker.look(batch);
    looks.forEach((one, i) => all.push({ looks: one, quality: qualities[i] ?? Number.NaN }));
  }
  return all;
}
