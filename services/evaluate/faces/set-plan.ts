import { ClipidError } from '../../core/errors.js';
import { seeded, shuffled } from '../seeded.js';

/** Sets of `size` faces, of which `sharp` are left as they are and the others made worse. */
export interface SetKind {
  readonly sharp: number;
  readonly size: number;
}

/** A face of a set: which one, and whether it is made worse. */
export interface PlannedFace {
  readonly face: number;
  readonly isDegraded: boolean;
}

export interface PlannedSet {
  readonly person: number;
  readonly faces: readonly PlannedFace[];
}

export interface PlanRules {
  readonly setsEach: number;
  readonly seed: number;
}

const MOST_FACES = 64;

/** `2-of-8`. Throws FIELD_INVALID. */
export function parseSetKind(text: string): SetKind {
  const [, sharp, size] = /^(\d+)-of-(\d+)$/.exec(text) ?? [];
  const kind = { sharp: Number(sharp), size: Number(size) };
  if (kind.size >= 1 && kind.size <= MOST_FACES && kind.sharp <= kind.size) return kind;
  const rule = `like 2-of-8: at most ${MOST_FACES} faces, no more sharp ones than that`;
  throw new ClipidError('FIELD_INVALID', `--sharp ${text}: it must be ${rule}.`, {
    field: '--sharp',
  });
}

export function labelOf({ sharp, size }: SetKind): string {
  return `${sharp}-of-${size}`;
}

/**
 * Each person's faces in random order, cut into sets: no face is in two sets of one kind, as a set that
 * shares faces with another would know the answer. What is left over, and people with fewer faces than
 * a set has, are passed over.
 * persons: [faces] the person of each face.
 */
export function planSets(
  persons: readonly number[],
  { sharp, size }: SetKind,
  { setsEach, seed }: PlanRules,
): PlannedSet[] {
  const facesOf = new Map<number, number[]>();
  persons.forEach((person, face) => {
    const own = facesOf.get(person);
    if (own === undefined) facesOf.set(person, [face]);
    else own.push(face);
  });
  const random = seeded(seed);
  return [...facesOf].flatMap(([person, own]) => {
    const order = shuffled(own, random);
    const sets = Math.min(setsEach, Math.floor(order.length / size));
    return Array.from({ length: sets }, (_, i) => ({
      person,
      faces: order
        .slice(i * size, (i + 1) * size)
        .map((face, at) => ({ face, isDegraded: at >= sharp })),
    }));
  });
}
