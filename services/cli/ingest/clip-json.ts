import type { ClipidError } from '../../core/errors.js';
import type { Clip } from '../../gen/clipid/v1/clip.js';
import type { Appearance } from '../../gen/clipid/v1/common.js';
import { qualityText, trackJson, type TrackJson } from '../appearance-json.js';
import { uriOf } from '../sources.js';
import { decimals, seconds, table } from '../table.js';
import { toMs } from '../time.js';
import { untrainedNote } from '../untrained.js';

/** What became of one clip: the document that `ingest --json` prints. */
export interface ClipJson {
  /** Empty where the clip was not accepted. */
  readonly clipId: string;
  readonly uri: string;
  /** As the caller named it. */
  readonly source: string;
  /** What made the templates; empty where nothing was extracted. */
  readonly bundleId: string;
  readonly durationMs: number;
  readonly warnings: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly tracks: readonly TrackJson[];
}

export function clipJson(source: string, clip: Clip, appearances: readonly Appearance[]): ClipJson {
  return {
    clipId: clip.clipId,
    uri: clip.uri,
    source,
    bundleId: clip.bundleId,
    durationMs: toMs(clip.duration),
    warnings: clip.warnings,
    ...(clip.error === undefined
      ? {}
      : { error: { code: clip.error.code, message: clip.error.message } }),
    tracks: appearances.map(trackJson),
  };
}

/** A clip that was not accepted. */
export function refusedJson(source: string, error: ClipidError): ClipJson {
  return {
    clipId: '',
    uri: uriOf(source),
    source,
    bundleId: '',
    durationMs: 0,
    warnings: [],
    error: { code: error.code, message: error.message },
    tracks: [],
  };
}

const HEADING = [
  'track',
  'start',
  'end',
  'frames',
  'quality',
  'decision',
  'identity',
  'similarity',
];

/** The same for a person. */
export function clipText(clip: ClipJson): string {
  const title = `${clip.source}  ${clip.clipId}`.trim();
  if (clip.error !== undefined) return `${title}\n  failed: ${clip.error.message}`;
  const heading = `${title}  ${seconds(clip.durationMs)}`;
  const untrained = untrainedNote(clip.bundleId);
  const notes = [...(untrained === '' ? [] : [untrained]), ...clip.warnings.map(asNote)];
  const tracks = clip.tracks.length === 0 ? '  no faces' : table(HEADING, clip.tracks.map(row));
  return [heading, ...notes.map((note) => `  ${note}`), tracks].join('\n');
}

function asNote(warning: string): string {
  return `note: ${warning}`;
}

function row(track: TrackJson): string[] {
  return [
    String(track.trackIndex),
    seconds(track.startMs),
    seconds(track.endMs),
    String(track.frameCount),
    qualityText(track),
    track.decision,
    track.identity ?? '-',
    decimals(track.similarity, 3),
  ];
}
