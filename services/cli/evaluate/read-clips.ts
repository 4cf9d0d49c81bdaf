import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { loadConfig } from '../../config.js';
import { toClipidError } from '../../core/errors.js';
import type { PersonFiles } from '../../evaluate/faces/people.js';
import type { Material, Sample, SampleSet } from '../../evaluate/material.js';
import { linkRulesFor } from '../../extract/link.js';
import { mapInOrder } from '../../extract/ordered.js';
import { Tracker, type TrackedFaces } from '../../extract/tracker.js';
import { openBundle } from '../../models/open-bundle.js';
import { createVideo, type Video } from '../../video/create-video.js';
import { VisionPool } from '../../vision/pool.js';
import type { Context } from '../context.js';
import { startProgress } from '../progress.js';
import type { EvaluateFlags } from './options.js';

/** What clips gave: a set for each, and what could not be read. */
export interface ClipSets {
  readonly sets: readonly SampleSet[];
  readonly problems: readonly string[];
}

interface Eyes {
  readonly video: Video;
  readonly vision: VisionPool;
  readonly rules: ReturnType<typeof linkRulesFor>;
  readonly framesPerSecond: number;
  readonly longSidePx: number;
  readonly signal: AbortSignal;
}

/** The faces of every clip's longest track, found as the service finds them. */
export async function readClips(
  { terminal, signal }: Context,
  bundle: string | undefined,
  people: readonly PersonFiles[],
  { provider }: EvaluateFlags,
): Promise<ClipSets> {
  const config = loadConfig({ bundle, provider });
  const loaded = await openBundle(config);
  const policy = {
    allowedFolders: 'any',
    allowedHosts: [],
    maxBytes: config.maxClipBytes,
  } as const;
  const video = await createVideo({ policy });
  const workers = availableParallelism();
  const choice = { provider: config.provider, threadsPerWorker: 1, workers };
  const vision = await VisionPool.start(loaded, choice);
  const rules = linkRulesFor(loaded.manifest.calibration);
  const { framesPerSecond, longSidePx } = config;
  const eyes = { video, vision, rules, framesPerSecond, longSidePx, signal };
  const clips = people.flatMap((person, number) => person.clips.map((file) => ({ number, file })));
  const progress = startProgress(terminal, clips.length, 'clips');
  const [sets, problems]: [SampleSet[], string[]] = [[], []];
  try {
    for (const [done, { number, file }] of clips.entries()) {
      progress.update(done, basename(file));
      try {
        sets.push(setOf(number, file, await longestTrack(eyes, file)));
      } catch (thrown) {
        signal.throwIfAborted();
        problems.push(`${file}: ${toClipidError(thrown).message}`);
      }
    }
  } finally {
    progress.stop();
    await vision.close();
  }
  const found = sets.filter(({ samples }) => samples.length > 0);
  const empty = sets.filter(({ samples }) => samples.length === 0);
  return { sets: found, problems: [...problems, ...empty.map(({ name }) => `${name}: no face`)] };
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

/** Empty where the clip has no face. Throws what the fetcher, the decoder and the networks throw. */
async function longestTrack(eyes: Eyes, file: string): Promise<TrackedFaces> {
  const { video, vision, rules, signal, ...options } = eyes;
  const clip = await video.fetcher.fetch(file, signal);
  try {
    const info = await video.decoder.probe(clip, signal);
    const frames = video.decoder.frames(clip, info, options, signal);
    let longest: TrackedFaces = [];
    const tracker = new Tracker(rules, (faces) => {
      if (faces.length > longest.length) longest = faces;
    });
    const analyses = mapInOrder(
      frames,
      (frame) => vision.analyse(frame, signal),
      vision.concurrency,
    );
    for await (const analysis of analyses) tracker.add(analysis);
    tracker.finish();
    return longest;
  } finally {
    await clip.release();
  }
}

function setOf(person: number, file: string, faces: TrackedFaces): SampleSet {
  const name = basename(file);
  const samples = faces.map(({ feature, quality, timestampMs }): Sample => {
    const at = `${name} at ${(timestampMs / 1000).toFixed(2)} s`;
    return { person, name: at, picture: null, feature, quality };
  });
  return { person, name, samples };
}
