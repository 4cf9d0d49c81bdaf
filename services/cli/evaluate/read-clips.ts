import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { loadConfig } from '../../config.js';
import { type ClipidError, toClipidError } from '../../core/errors.js';
import type { PersonFiles } from '../../evaluate/faces/people.js';
import type { Material, Sample, SampleSet } from '../../evaluate/material.js';
import type { TrackedFaces } from '../../extract/tracker.js';
import { openBundle } from '../../models/open-bundle.js';
import type { Context } from '../context.js';
import { startProgress } from '../progress.js';
import { ClipReader } from './longest-track.js';
import type { EvaluateFlags } from './options.js';

/** What clips gave: a set for each, what could not be read, and what a reader should know. */
export interface ClipSets {
  readonly sets: readonly SampleSet[];
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** The faces of every clip's longest track, found as the service finds them. */
export async function readClips(
  { terminal, signal }: Context,
  bundle: string | undefined,
  people: readonly PersonFiles[],
  { provider }: EvaluateFlags,
): Promise<ClipSets> {
  const config = loadConfig({ bundle, provider });
  const reader = await ClipReader.open(config, await openBundle(config), availableParallelism());
  const clips = people.flatMap((person, number) => person.clips.map((file) => ({ number, file })));
  const progress = startProgress(terminal, clips.length, 'clips');
  const found: { sets: SampleSet[]; problems: string[]; remarks: string[] } = {
    ...{ sets: [], problems: [], remarks: [] },
  };
  try {
    for (const [done, { number, file }] of clips.entries()) {
      const name = join(basename(dirname(file)), basename(file));
      progress.update(done, name);
      try {
        const { faces, remarks } = await reader.read(file, signal);
        found.remarks.push(...remarks.map((remark) => `${name}: ${remark}`));
        if (faces.length === 0) found.problems.push(`${name}: there is no face in it`);
        else found.sets.push(setOf(number, name, faces));
      } catch (thrown) {
        found.problems.push(`${name}: ${whatIsWrongWith(thrown).message}`);
      }
    }
    return found;
  } finally {
    progress.stop();
    await reader.close();
  }
}

/** What is wrong with one clip. Throws what is wrong with all of them: the bundle, an interruption. */
function whatIsWrongWith(thrown: unknown): ClipidError {
  const error = toClipidError(thrown);
  if (/^(CLIP_|LIMIT_|DEADLINE_|URI_)/.test(error.code)) return error;
  throw error;
}

/** The clips beside the pictures: their faces on the image track, their tracks on the video track. */
export function withClips(material: Material, { sets, problems }: ClipSets): Material {
  return {
    ...material,
    faces: [...material.faces, ...sets.flatMap(({ samples }) => samples)],
    groups: [...material.groups.filter((group) => group.sets.length > 0), { label: 'clips', sets }],
    problems: [...material.problems, ...problems],
  };
}

function setOf(person: number, name: string, faces: TrackedFaces): SampleSet {
  const samples = faces.map(({ feature, quality, timestampMs }): Sample => {
    const at = `${name} at ${(timestampMs / 1000).toFixed(2)} s`;
    return { person, name: at, picture: null, feature, quality };
  });
  return { person, name, samples };
}
