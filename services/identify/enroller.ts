import { createHash } from 'node:crypto';
import { toClipidError } from '../core/errors.js';
import type { ClipTracks, Thresholds, Track } from '../core/types.js';
import type { GalleryStore, IdentityRow, TemplateRow } from '../gallery/port.js';
import { newTemplate, type NewTemplate } from './identifier.js';
import { requireBundle } from './lookup.js';
import type { GalleryTurns } from './gallery-turns.js';
import { nearestIdentities } from './nearest.js';
import { onePerson } from './one-person.js';
import type { EnrolItem, EnrolRequest, EnrolResult, EnrolSource, FaceReason } from './port.js';
import type { Extractor, Indexes } from './ports-in.js';
import type { Renamer } from './renamer.js';
import type { GalleryRules } from './rules.js';

export interface EnrollerDeps {
  readonly bundleId: string;
  /** Which score its qualities are of. */
  readonly qualityKind: string;
  readonly store: GalleryStore;
  readonly indexes: Indexes;
  readonly extractor: Extractor;
  readonly renamer: Renamer;
  readonly turns: GalleryTurns;
  readonly rules: GalleryRules;
  /** The bundle's own: whether two tracks of one source are one person is not a search. */
  readonly thresholds: Thresholds;
  /** Creates the identity when it is not there. */
  readonly ensureIdentity: (request: EnrolRequest) => IdentityRow;
  readonly now: () => number;
}

/** What one source gave: templates to store, or why there are none. */
interface Found {
  readonly templates: readonly NewTemplate[];
  readonly reasons: readonly FaceReason[];
  readonly message: string;
}

/** Enrols people from pictures, clips and tracks seen before. */
export class Enroller {
  constructor(private readonly deps: EnrollerDeps) {}

  /**
   * Each source by itself: one that fails says why in its item and the others are enrolled.
   * Throws CANCELLED, GALLERY_NOT_FOUND, BUNDLE_MISMATCH, CALIBRATION_MISSING, STORE_FAILED, MODEL_FAILED.
   */
  async enrol(request: EnrolRequest, signal: AbortSignal): Promise<EnrolResult> {
    requireBundle(this.deps.store, request.galleryId, this.deps.bundleId);
    this.deps.rules.of(request.galleryId, 1); // throws before anything is written
    const identity = this.deps.ensureIdentity(request);
    const items: EnrolItem[] = [];
    const added: TemplateRow[] = [];
    for (const source of request.sources) {
      const found = await this.find(request, source, signal);
      const stored = await this.deps.turns.run(request.galleryId, () => this.store(request, found));
      added.push(...stored.rows);
      items.push(toItem(source, stored.found, stored.rows, this.deps.qualityKind));
    }
    const { turns, renamer } = this.deps;
    const renamedAppearances = await turns.run(request.galleryId, () =>
      renamer.rename(request.galleryId, added),
    );
    return { identity, items, renamedAppearances };
  }

  private async find(
    request: EnrolRequest,
    source: EnrolSource,
    signal: AbortSignal,
  ): Promise<Found> {
    if (source.kind === 'template') return this.knownTrack(request, source.templateId);
    try {
      const clip = await this.extract(request.galleryId, source, signal);
      return chooseTracks(clip, source.kind === 'image' || clip.frameCount === 1, this.deps);
    } catch (thrown) {
      return unreadable(thrown);
    }
  }

  private extract(
    galleryId: string,
    source: Exclude<EnrolSource, { kind: 'template' }>,
    signal: AbortSignal,
  ): Promise<ClipTracks> {
    const { extractor } = this.deps;
    if (source.kind === 'image') {
      const clipId = contentId('enrolled', source.bytes);
      return extractor.fromBytes(source.bytes, { galleryId, clipId }, signal);
    }
    return extractor.fromUri(
      source.uri,
      { galleryId, clipId: contentId('enrolled', source.uri) },
      signal,
    );
  }

  private knownTrack({ galleryId }: EnrolRequest, templateId: string): Found {
    const row = this.deps.store.template(galleryId, templateId);
    if (row !== undefined) return { templates: [row], reasons: [], message: 'enrolled' };
    return {
      templates: [],
      reasons: ['NO_FACE'],
      message: `there is no template ${templateId} in this gallery`,
    };
  }

  /** Stores what is new and not somebody else's; tells what was there already. */
  private async store(
    request: EnrolRequest,
    found: Found,
  ): Promise<{ rows: TemplateRow[]; found: Found }> {
    const { galleryId, identityId } = request;
    const owners = found.templates.map(
      (one) => this.deps.store.template(galleryId, one.templateId)?.identityId ?? null,
    );
    const other = owners.find((owner) => owner !== null && owner !== identityId);
    if (other != null)
      return { rows: [], found: refused(`this very picture is enrolled as ${other}`) };
    const alike = await this.otherIdentity(request, found);
    const rows = this.deps.store.transaction(() =>
      this.write(galleryId, identityId, found.templates),
    );
    await this.deps.indexes.apply(galleryId, { put: rows, removed: [] });
    if (rows.length > 0 && owners.every((owner) => owner === identityId)) {
      return { rows, found: { ...found, reasons: ['DUPLICATE'], message: 'was enrolled before' } };
    }
    return alike === null ? { rows, found } : { rows, found: { ...found, ...alike } };
  }

  private write(
    galleryId: string,
    identityId: string,
    templates: readonly NewTemplate[],
  ): TemplateRow[] {
    const { store } = this.deps;
    const rows = store.putTemplates(templates);
    for (const { templateId } of rows) store.setTemplateIdentity(galleryId, templateId, identityId);
    return rows.map((row) => store.template(galleryId, row.templateId) ?? row);
  }

  /** A face that matches somebody else is enrolled as told, and said to be suspicious. */
  private async otherIdentity(
    { galleryId, identityId }: EnrolRequest,
    { templates }: Found,
  ): Promise<{ reasons: readonly FaceReason[]; message: string } | null> {
    const { store, indexes, rules } = this.deps;
    const enrolled = await indexes.enrolled(galleryId);
    const rule = rules.of(galleryId, enrolled.size());
    for (const { vector } of templates) {
      const matches = await nearestIdentities(store, enrolled, galleryId, vector, 2, rule);
      const other = matches.find(
        (match) => match.identityId !== identityId && match.decision === 'MATCHED',
      );
      if (other === undefined) continue;
      const message = `enrolled, but the face also matches ${other.identityId} (similarity ${other.similarity.toFixed(3)})`;
      return { reasons: ['MATCHES_ANOTHER_IDENTITY'], message };
    }
    return null;
  }
}

/** Same content, same id: enrolling a picture twice changes nothing (invariant 2). */
function contentId(prefix: string, content: Uint8Array | string): string {
  return `${prefix}-${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
}

function chooseTracks(
  clip: ClipTracks,
  isPicture: boolean,
  { thresholds, now }: Pick<EnrollerDeps, 'thresholds' | 'now'>,
): Found {
  const { tracks, problem } = onePerson(clip.tracks, thresholds);
  if (tracks.length === 0) {
    const reasons: FaceReason[] = clip.tracks.length === 0 ? ['NO_FACE'] : ['SEVERAL_FACES'];
    const advice =
      clip.tracks.length === 0 ? '' : `; crop the ${isPicture ? 'picture' : 'clip'} to one person`;
    return { templates: [], reasons, message: `${problem}${advice}` };
  }
  const toTemplate = (track: Track): NewTemplate => newTemplate(clip, track, 'ENROLMENT', now());
  return { templates: tracks.map(toTemplate), reasons: [], message: 'enrolled' };
}

/** A bad picture is the caller's news; a failing product is an error of the call. */
function unreadable(thrown: unknown): Found {
  const error = toClipidError(thrown);
  const aboutSource = [
    'CLIP_UNREADABLE',
    'CLIP_EMPTY',
    'CLIP_NO_VIDEO',
    'CLIP_UNREACHABLE',
    'LIMIT_EXCEEDED',
    'URI_FORBIDDEN',
  ];
  if (!aboutSource.includes(error.code)) throw error;
  return { templates: [], reasons: ['CLIP_UNREADABLE'], message: error.message };
}

function refused(message: string): Found {
  return { templates: [], reasons: ['MATCHES_ANOTHER_IDENTITY'], message };
}

function toItem(
  { name }: EnrolSource,
  { reasons, message }: Found,
  rows: readonly TemplateRow[],
  qualityKind: string,
): EnrolItem {
  const [best] = [...rows].sort((a, b) => b.quality - a.quality);
  return {
    name,
    templateId: best?.templateId ?? null,
    quality: best?.quality ?? null,
    qualityKind,
    reasons,
    message,
  };
}
