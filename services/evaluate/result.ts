import type { Aggregation } from '../aggregate/weights.js';
import type { Identification } from './metrics/identification.js';
import type { Verification } from './verification.js';

/** Two faces (or sets) that a person should look at. */
export interface NamedPair {
  readonly similarity: number;
  readonly a: NamedSide;
  readonly b: NamedSide;
}
export interface NamedSide {
  readonly name: string;
  /** The file of an aligned face; null where there is none. */
  readonly picture: string | null;
}

/** One row of the comparison: a bundle on a track, with an aggregation where templates are made. */
export interface SubjectResult {
  readonly bundleId: string;
  readonly qualityKind: string;
  /** `image`: every pair of faces. `video`: every pair of templates. */
  readonly track: 'image' | 'video';
  /** Which sets: `clips`, `2-of-8`, or `2-of-8 noise` where several are compared; null on the image track. */
  readonly sets: string | null;
  readonly aggregation: Aggregation | null;
  readonly verification: Omit<Verification, 'pairs'>;
  /** Null where nobody can be enrolled. */
  readonly identification: Identification | null;
  readonly pairs: Readonly<Record<keyof Verification['pairs'], readonly NamedPair[]>>;
}

/** What `clipid evaluate` found. */
export interface EvaluationResult {
  readonly data: string;
  readonly seed: number;
  /** How faces were made worse; empty where none was. */
  readonly degradations: readonly string[];
  readonly subjects: readonly SubjectResult[];
  /** What could not be read. */
  readonly problems: readonly string[];
  /** What was read and is not as it should be: a clip with several people, one that ends early. */
  readonly remarks: readonly string[];
}

/** `sets of 8, 2 sharp (noise), qan`: what a subject is, short enough for a table. */
export function subjectName({ track, sets, aggregation }: SubjectResult): string {
  if (track === 'image') return 'single faces';
  const [, sharp, size, worse] = /^(\d+)-of-(\d+)(?: (.*))?$/.exec(sets ?? '') ?? [];
  const by = worse === undefined ? '' : ` (${worse})`;
  const what = size === undefined ? (sets ?? '') : `sets of ${size}, ${sharp ?? ''} sharp${by}`;
  return `${what}, ${aggregation ?? ''}`;
}

/** A subject with the name that it has in a table or a report. */
export interface NamedSubject {
  readonly name: string;
  readonly subject: SubjectResult;
}

const VERSION_AND_SUM = /-\d+\.\d+\.\d+-[0-9a-f]{12}$/;

/**
 * The subjects by name. With several bundles: what is compared alike side by side, and each bundle named
 * as short as tells it apart.
 */
export function namedSubjects(subjects: readonly SubjectResult[]): NamedSubject[] {
  const ids = bundleIdsOf(subjects);
  if (ids.length < 2) return subjects.map((subject) => ({ name: subjectName(subject), subject }));
  const short = new Set(ids.map((id) => id.replace(VERSION_AND_SUM, '')));
  const shown = (id: string): string =>
    short.size === ids.length ? id.replace(VERSION_AND_SUM, '') : id;
  const kinds = [...new Set(subjects.map(subjectName))];
  return kinds.flatMap((kind) =>
    subjects
      .filter((subject) => subjectName(subject) === kind)
      .map((subject) => ({ name: `${kind} (${shown(subject.bundleId)})`, subject })),
  );
}

export function bundleIdsOf(subjects: readonly SubjectResult[]): string[] {
  return [...new Set(subjects.map(({ bundleId }) => bundleId))];
}

/** Where rates end, and why: each reason once, behind all that it holds for. */
export function stopReasons(subjects: readonly SubjectResult[]): string[] {
  const names = new Map<string, Set<string>>();
  for (const subject of subjects) {
    const { verification, identification } = subject;
    const identified = identification?.stopsBecause ?? 'nobody can be enrolled';
    for (const reason of [verification.stopsBecause, identified].filter((text) => text !== ''))
      names.set(reason, (names.get(reason) ?? new Set()).add(subjectName(subject)));
  }
  return [...names].map(([reason, all]) => `${[...all].join('; ')}: ${reason}`);
}
