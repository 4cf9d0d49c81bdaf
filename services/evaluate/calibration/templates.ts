import type { Aggregation } from '../../aggregate/weights.js';
import { type Item, type Material, type Sample, type SampleSet, setItems } from '../material.js';
import { seeded, shuffled } from '../seeded.js';

/** Faces of a template, in turn: what is searched and enrolled is of few frames and of many. */
const SIZES = [1, 2, 4, 8];

/**
 * What a gallery compares: the templates of clips, and each person's faces put together to templates of
 * 1, 2, 4 and 8, each face in one of them alone. Two templates that shared a face would know each other.
 */
export function comparedTemplates(material: Material, seed: number): Item[] {
  const { faces, groups, aggregation } = material;
  const clips = groups.filter(({ label }) => label === 'clips').flatMap(({ sets }) => sets);
  const inClips = new Set(clips.flatMap(({ samples }) => samples));
  const pictures = faces.filter((face) => !inClips.has(face));
  const sets = [...clips, ...cutIntoSets(pictures, seed)];
  return setItems(sets, { ...material, kind: weighable(sets, aggregation) });
}

function cutIntoSets(faces: readonly Sample[], seed: number): SampleSet[] {
  const random = seeded(seed);
  const people = [...new Set(faces.map(({ person }) => person))];
  return people.flatMap((person) => {
    const own = faces.filter((face) => face.person === person);
    const left = shuffled(own, random);
    const sets: SampleSet[] = [];
    for (let turn = 0; left.length > 0; turn++) {
      const samples = left.splice(0, SIZES[turn % SIZES.length]);
      sets.push({ person, name: `${person}, set ${turn + 1}`, samples });
    }
    return sets;
  });
}

/** Without qualities frames cannot be weighed. */
function weighable(sets: readonly SampleSet[], wanted: Aggregation): Aggregation {
  const known = sets.every(({ samples }) =>
    samples.every(({ quality }) => Number.isFinite(quality)),
  );
  return known ? wanted : 'mean';
}
