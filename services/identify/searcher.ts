import { ClipidError } from '../core/errors.js';
import { toUnitLength } from '../core/vectors.js';
import type { ClipTracks, Track } from '../core/types.js';
import type { GalleryStore } from '../gallery/port.js';
import { requireBundle, requireIdentity } from './lookup.js';
import { nearestIdentities } from './nearest.js';
import type {
  ProbeFace,
  SearchedFace,
  SearchRequest,
  SearchResult,
  SearchService,
} from './port.js';
import type { Extractor, Indexes } from './ports-in.js';
import { estimateFpr, type DecisionRule, type GalleryRules } from './rules.js';
import { whereSeen } from './where-seen.js';

export interface SearcherDeps {
  readonly bundleId: string;
  readonly dimension: number;
  readonly store: GalleryStore;
  readonly indexes: Indexes;
  readonly extractor: Extractor;
  readonly rules: GalleryRules;
}

/** One vector to search with, and where in the probe it came from. */
interface ProbeVector {
  readonly face: ProbeFace;
  readonly vector: Float32Array;
}

/** Who is this, and where else were they seen: among the named and among those nobody has named. */
export class Searcher implements SearchService {
  constructor(private readonly deps: SearcherDeps) {}

  /**
   * Every face of the probe is searched by itself. A probe without a face is an answer, not an error.
   * Throws GALLERY_NOT_FOUND, TEMPLATE_NOT_FOUND, IDENTITY_NOT_FOUND, FIELD_INVALID, BUNDLE_MISMATCH,
   * CALIBRATION_MISSING, what the extractor throws, CANCELLED.
   */
  async search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult> {
    requireBundle(this.deps.store, request.galleryId, this.deps.bundleId);
    await this.rule(request); // a target without a curve is refused before a clip is decoded for it
    const probes = await this.probeVectors(request, signal);
    const rule = await this.rule(request);
    const searched: SearchedFace[] = [];
    for (const probe of probes) {
      signal.throwIfAborted();
      searched.push(await this.searchOne(request, probe, rule));
    }
    const unsearched = probes.length === 0 ? [{ face: null, reasons: ['NO_FACE'] as const }] : [];
    return { bundleId: this.deps.bundleId, rule, searched, unsearched };
  }

  private async probeVectors(
    { galleryId, probe }: SearchRequest,
    signal: AbortSignal,
  ): Promise<ProbeVector[]> {
    const target = { galleryId, clipId: 'probe' };
    switch (probe.kind) {
      case 'image':
        return tracksOf(await this.deps.extractor.fromBytes(probe.bytes, target, signal));
      case 'uri':
        return tracksOf(await this.deps.extractor.fromUri(probe.uri, target, signal));
      case 'embedding':
        return [{ face: NO_PLACE, vector: this.checkEmbedding(probe.vector) }];
      case 'template':
        return [{ face: NO_PLACE, vector: this.templateVector(galleryId, probe.templateId) }];
      case 'identity':
        return this.identityVectors(galleryId, probe.identityId);
    }
  }

  private checkEmbedding(vector: Float32Array): Float32Array {
    if (vector.length === this.deps.dimension) return toUnitLength(vector);
    throw new ClipidError(
      'FIELD_INVALID',
      `An embedding of ${this.deps.bundleId} has ${this.deps.dimension} dimensions; this one has ${vector.length}.`,
      { field: 'embedding' },
    );
  }

  private templateVector(galleryId: string, templateId: string): Float32Array {
    const row = this.deps.store.template(galleryId, templateId);
    if (row !== undefined) return row.vector;
    throw new ClipidError(
      'TEMPLATE_NOT_FOUND',
      `There is no template ${templateId} in gallery ${galleryId}.`,
      {
        field: 'template_id',
      },
    );
  }

  private identityVectors(galleryId: string, identityId: string): ProbeVector[] {
    const { store } = this.deps;
    requireIdentity(store, galleryId, identityId);
    return store
      .templatesOfIdentity(galleryId, identityId)
      .sort((a, b) => b.quality - a.quality)
      .slice(0, MOST_PROBES)
      .map(({ vector }, trackIndex) => ({ face: { ...NO_PLACE, trackIndex }, vector }));
  }

  private async searchOne(
    request: SearchRequest,
    { face, vector }: ProbeVector,
    rule: DecisionRule,
  ): Promise<SearchedFace> {
    const { galleryId, maxMatches, maxAppearances } = request;
    const { store, indexes } = this.deps;
    const { uncertain } = rule;
    const [enrolled, seen] = [await indexes.enrolled(galleryId), await indexes.seen(galleryId)];
    const seenThere = { curve: rule.curve, comparisons: seen.size() };
    const where = await whereSeen(store, seen, galleryId, vector, maxAppearances, uncertain);
    return {
      face,
      matches: await nearestIdentities(store, enrolled, galleryId, vector, maxMatches, rule),
      appearances: where.map((one) => ({
        ...one,
        estimatedFpr: estimateFpr(seenThere, one.similarity),
      })),
    };
  }

  /** By the gallery as it is now. */
  private async rule(request: SearchRequest): Promise<DecisionRule> {
    const enrolled = await this.deps.indexes.enrolled(request.galleryId);
    return this.deps.rules.of(request.galleryId, enrolled.size(), request);
  }
}

/** Templates of an identity that are searched with: its best. Each is a search of its own. */
const MOST_PROBES = 100;

/** A probe that is not a picture has no place in one. */
const NO_PLACE: ProbeFace = { trackIndex: 0, startMs: 0, endMs: 0, box: null, faces: [] };

function tracksOf(clip: ClipTracks): ProbeVector[] {
  return clip.tracks.map((track) => ({ face: toProbeFace(track), vector: track.template }));
}

function toProbeFace({ trackIndex, startMs, endMs, faces }: Track): ProbeFace {
  const [best] = [...faces].sort((a, b) => b.quality - a.quality);
  return { trackIndex, startMs, endMs, box: best?.box ?? null, faces };
}
