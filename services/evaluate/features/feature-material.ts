import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ClipidError } from '../../core/errors.js';
import type { Material, Sample, SampleSet } from '../material.js';
import { type ListRow, parseList } from './csv.js';
import { readNpy, type Table } from './npy.js';

/**
 * Features that were made elsewhere, with a list that says whose they are. They are compared by their
 * plain cosine. With clips in the list, each person's rows of one clip are a set.
 * Throws FIELD_INVALID naming file and line.
 */
export async function readFeatures(path: string, listPath: string): Promise<Material> {
  const table = await readNpy(path);
  const text = await readFile(listPath, 'utf8').catch((cause: unknown) => {
    throw new ClipidError('CLIP_UNREACHABLE', `${listPath} cannot be read.`, { cause });
  });
  const list = parseList(text, basename(listPath));
  if (list.length !== table.rows) {
    const counts = `${list.length} lines below its heading, the features ${table.rows} rows`;
    throw invalid(`The list ${basename(listPath)} has ${counts}.`, '--list');
  }
  const faces = samplesOf(table, list);
  const sets = setsOf(faces, list);
  return {
    bundleId: basename(path),
    qualityKind: 'of the list',
    postprocess: { mean: null, lift: 0 },
    aggregation: 'qan',
    leastSpan: 0,
    faces,
    groups: sets.length === 0 ? [] : [{ label: 'clips', sets }],
    problems: [],
  };
}

function samplesOf({ values, columns }: Table, list: readonly ListRow[]): Sample[] {
  const people = new Map<string, number>();
  return list.map(({ person, path, quality }, row) => {
    const number = people.get(person) ?? people.size;
    people.set(person, number);
    const feature = values.subarray(row * columns, (row + 1) * columns);
    if (!feature.every(Number.isFinite) || feature.every((value) => value === 0)) {
      throw invalid(`Row ${row} of the features (${path}) is not finite, or zero.`, 'data');
    }
    return { person: number, name: path, picture: null, feature, quality };
  });
}

function setsOf(faces: readonly Sample[], list: readonly ListRow[]): SampleSet[] {
  const sets = new Map<string, { person: number; name: string; samples: Sample[] }>();
  faces.forEach((sample, row) => {
    const clip = list[row]?.clip ?? '';
    if (clip === '') return;
    const key = `${sample.person} ${clip}`;
    const set = sets.get(key) ?? { person: sample.person, name: clip, samples: [] };
    set.samples.push(sample);
    sets.set(key, set);
  });
  return [...sets.values()];
}

function invalid(message: string, field: string): ClipidError {
  return new ClipidError('FIELD_INVALID', message, { field });
}
