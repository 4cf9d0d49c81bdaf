import type { VectorSet } from '../scoring/vector-set.js';
import { shuffled } from '../seeded.js';

/** Who is enrolled, and what is asked. Rows are those of a VectorSet. */
export interface Roles {
  /** [enrolled people] the row that stands for each in the gallery. */
  readonly gallery: readonly number[];
  /** Rows of enrolled people that are searched for, with the place of their person in the gallery. */
  readonly mated: readonly { readonly row: number; readonly mate: number }[];
  /** Rows of people who are not enrolled. */
  readonly strangers: readonly number[];
}

/**
 * Half of the people are enrolled with one face (or set) each, drawn at random, and their others are
 * searched for; everybody else is a stranger. Nobody is enrolled who has nothing left to search with.
 */
export function drawRoles({ count, persons }: VectorSet, random: () => number): Roles {
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    const person = persons[row] ?? 0;
    const rows = rowsOf.get(person);
    if (rows === undefined) rowsOf.set(person, [row]);
    else rows.push(row);
  }
  const people = shuffled([...rowsOf.keys()], random);
  const eligible = people.filter((person) => (rowsOf.get(person)?.length ?? 0) > 1);
  const enrolled = new Set(eligible.slice(0, Math.ceil(people.length / 2)));
  const gallery: number[] = [];
  const mated: { row: number; mate: number }[] = [];
  for (const person of enrolled) {
    const [first, ...others] = shuffled(rowsOf.get(person) ?? [], random);
    if (first === undefined) continue;
    const mate = gallery.push(first) - 1;
    mated.push(...others.map((row) => ({ row, mate })));
  }
  const strangers = people.filter((person) => !enrolled.has(person));
  return { gallery, mated, strangers: strangers.flatMap((person) => rowsOf.get(person) ?? []) };
}
