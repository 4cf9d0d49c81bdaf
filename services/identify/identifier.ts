import { templateId } from '../core/template-id.js';
import type { ClipTracks, Thresholds, Track } from '../core/types.js';
import type { AppearanceRow, ClipRow, GalleryStore, TemplateRow } from '../gallery/port.js';
import { verdict, type Verdict } from './decision.js';
import type { GalleryTurns } from './gallery-turns.js';
import { requireBundle } from './lookup.js';
import { nearestIdentities } from './nearest.js';
import { onePerson } from './one-person.js';
import type { Announcer, Indexes } from './ports-in.js';
import type { Renamer } from './renamer.js';
import type { GalleryRules } from './rules.js';

export interface IdentifierDeps {
  readonly store: GalleryStore;
  readonly indexes: Indexes;
  readonly renamer: Renamer;
  readonly turns: GalleryTurns;
  readonly rules: GalleryRules;
  /** The bundle's own: whether two tracks of one clip are one person is not a search. */
  readonly thresholds: Thresholds;
  readonly announcer: Announcer;
  readonly now: () => number;
}

/** A template about to be stored: the store gives it its label. */
export type NewTemplate = Omit<TemplateRow, 'label'>;

/** The second stage: the tracks of one clip become templates, appearances and decisions. */
export class Identifier {
  constructor(private readonly deps: IdentifierDeps) {}

  /**
   * Decides every track, then writes all of it and the clip's end in one transaction (invariant 1).
   * A clip that enrols its person gives the name to those who were seen before, too.
   * A clip that was deleted meanwhile is passed over; one that is done already stays as it is.
   * `first` is done at the beginning of that transaction.
   * Throws BUNDLE_MISMATCH, GALLERY_NOT_FOUND, CALIBRATION_MISSING, STORE_FAILED.
   */
  identify(clip: ClipTracks, first: () => void = () => undefined): Promise<void> {
    return this.deps.turns.run(clip.galleryId, () => this.identifyNow(clip, first));
  }

  private async identifyNow(clip: ClipTracks, first: () => void): Promise<void> {
    requireBundle(this.deps.store, clip.galleryId, clip.bundleId);
    const verdicts = await this.decideTracks(clip);
    const stored = this.deps.store.transaction(() => {
      first();
      return this.write(clip, verdicts);
    });
    await this.deps.indexes.apply(clip.galleryId, { put: stored, removed: [] });
    const enrolled = stored.filter((template) => template.identityId !== null);
    await this.deps.renamer.rename(clip.galleryId, enrolled);
  }

  private async decideTracks(clip: ClipTracks): Promise<Verdict[]> {
    const { galleryId } = clip;
    const { store, indexes, rules } = this.deps;
    const enrolled = await indexes.enrolled(galleryId);
    const rule = rules.of(galleryId, enrolled.size());
    const verdicts: Verdict[] = [];
    for (const { template } of clip.tracks) {
      const [best] = await nearestIdentities(store, enrolled, galleryId, template, 1, rule);
      verdicts.push(verdict(best));
    }
    return verdicts;
  }

  private write(clip: ClipTracks, verdicts: readonly Verdict[]): TemplateRow[] {
    const { store } = this.deps;
    store.deleteExtraction(clip.galleryId, clip.clipId);
    const row = store.clip(clip.galleryId, clip.clipId);
    if (row?.state !== 'EXTRACTED') return [];
    const stored = store.putTemplates(
      clip.tracks.map((track) => newTemplate(clip, track, 'TRACK', this.deps.now())),
    );
    store.putAppearances(clip.tracks.map((track, i) => appearance(clip, track, verdicts[i])));
    const warnings = [...clip.warnings, ...this.enrolIfAsked(row, clip)];
    const done = doneClip(row, clip, warnings, this.deps.now());
    store.updateClip(done);
    store.deleteMessage(clip.galleryId, clip.clipId);
    this.deps.announcer.changed(done);
    return stored.map(
      (template) => store.template(clip.galleryId, template.templateId) ?? template,
    );
  }

  /** A clip may be submitted to enrol its one person. Returns why it was not done, if it was not. */
  private enrolIfAsked({ galleryId, enrolAs }: ClipRow, clip: ClipTracks): string[] {
    if (enrolAs === null) return [];
    const { store, thresholds } = this.deps;
    const person = onePerson(clip.tracks, thresholds);
    if (person.tracks.length === 0) return [`not enrolled: ${person.problem}`];
    this.ensureIdentity(galleryId, enrolAs);
    for (const track of person.tracks) {
      const id = idOf(clip, track);
      if (store.template(galleryId, id)?.identityId == null)
        store.setTemplateIdentity(galleryId, id, enrolAs);
      const { trackIndex } = track;
      store.setDecision({
        galleryId,
        clipId: clip.clipId,
        trackIndex,
        decision: 'MATCHED',
        identityId: enrolAs,
        similarity: 1,
        estimatedFpr: null, // told, not found
      });
    }
    return [];
  }

  private ensureIdentity(galleryId: string, identityId: string): void {
    const { store, now } = this.deps;
    if (store.identity(galleryId, identityId) !== undefined) return;
    const nowMs = now();
    const named = { galleryId, identityId, displayName: identityId, metadata: {} };
    store.insertIdentity({ ...named, createdMs: nowMs, updatedMs: nowMs, revision: 1 });
  }
}

export function idOf(clip: ClipTracks, track: Track): string {
  return templateId(clip.galleryId, clip.bundleId, clip.clipId, track.trackIndex);
}

export function newTemplate(
  clip: ClipTracks,
  track: Track,
  source: TemplateRow['source'],
  createdMs: number,
): NewTemplate {
  return {
    templateId: idOf(clip, track),
    galleryId: clip.galleryId,
    identityId: null,
    source,
    clipId: clip.clipId,
    trackIndex: track.trackIndex,
    quality: track.faces.reduce((sum, face) => sum + face.weight * face.quality, 0),
    vector: track.template,
    createdMs,
  };
}

function appearance(clip: ClipTracks, track: Track, decided: Verdict | undefined): AppearanceRow {
  const qualities = track.faces.map((face) => face.quality);
  return {
    galleryId: clip.galleryId,
    clipId: clip.clipId,
    trackIndex: track.trackIndex,
    templateId: idOf(clip, track),
    startMs: track.startMs,
    endMs: track.endMs,
    qualityMin: qualities.reduce((a, b) => Math.min(a, b)),
    qualityMax: qualities.reduce((a, b) => Math.max(a, b)),
    qualityKind: clip.qualityKind,
    ...(decided ?? verdict(undefined)),
    faces: track.faces,
  };
}

function doneClip(
  row: ClipRow,
  clip: ClipTracks,
  warnings: readonly string[],
  nowMs: number,
): ClipRow {
  const { bundleId, durationMs, widthPx, heightPx, frameCount } = clip;
  return {
    ...row,
    state: 'DONE',
    errorCode: null,
    errorText: null,
    bundleId,
    durationMs,
    widthPx,
    heightPx,
    frameCount,
    warnings,
    updatedMs: nowMs,
  };
}
