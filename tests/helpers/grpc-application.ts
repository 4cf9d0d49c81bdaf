import { ClipidError, type ErrorCode } from '../../services/core/errors.js';
import type { AskedTargets } from '../../services/core/targets.js';
import { similarity } from '../../services/core/vectors.js';
import type {
  AppearanceRow,
  ClipRow,
  GalleryCalibration,
  GalleryRow,
  IdentityRow,
  Page,
} from '../../services/gallery/port.js';
import { galleryCalibration } from '../contract/store-rows.js';
import { appearanceKey } from '../../services/gallery/page-key.js';
import type {
  Application,
  CalibrationService,
  ClipService,
  DecisionRule,
  EnrolRequest,
  GalleryService,
  IdentityService,
  ProbeFace,
  SearchService,
  SubmitClip,
} from '../../services/identify/port.js';

export const BUNDLE = 'fake-1';
export const DIMENSION = 4;
const NOW_MS = 1_790_000_000_123;

export const FAKE_ESTIMATE = { value: 0.002, low: 0.001, high: 0.004, isFitted: true };
const FAKE_RULE: DecisionRule = {
  matched: 0.5,
  uncertain: 0.5,
  targets: null,
  comparisons: 1,
  curveSource: null,
  curve: null,
};

/** Rows in memory: what the gRPC edge may ask of the product, without video and models. */
export class FakeApplication implements Application {
  readonly bundleId = BUNDLE;
  readonly rows = new Map<string, GalleryRow>();
  readonly people = new Map<string, IdentityRow>();
  readonly queue = new Map<string, ClipRow>();
  readonly seen = new Map<string, AppearanceRow[]>();
  /** The vector that an identity was enrolled with, for searches by embedding. */
  readonly enrolled = new Map<string, Float32Array>();
  /** Signals that `wait` and `search` were given, newest last. */
  readonly signals: AbortSignal[] = [];
  readonly #waiting = new Map<string, (() => void)[]>();
  /** What the next search fails with, or a delay of it. */
  nextSearch: { fail?: Error; delayMs?: number } = {};

  /** What was measured of galleries; of the rows that are there. */
  readonly measured = new Map<string, GalleryCalibration>();
  readonly calibrations: CalibrationService = {
    calibrate: (galleryId) => {
      if (!this.rows.has(galleryId)) return Promise.reject(missing('GALLERY_NOT_FOUND', galleryId));
      const content = galleryCalibration();
      this.measured.set(galleryId, content);
      return Promise.resolve(content);
    },
    isDue: () => false,
    of: (galleryId) => this.measured.get(galleryId),
    drift: () =>
      Promise.resolve({
        ...{ verdict: 'CHANGED', words: ['It has changed.'], templates: 120 },
        since: { source: 'BUNDLE', madeMs: NOW_MS },
        quality: { medianThen: 0.5, medianNow: 0.3, distance: 0.2 },
        similarity: null,
      }),
  };

  readonly galleries: GalleryService = {
    create: (galleryId, displayName, targets = {}) => {
      if (this.rows.has(galleryId)) return Promise.reject(missing('ALREADY_EXISTS', galleryId));
      const row = {
        galleryId,
        displayName,
        bundleId: BUNDLE,
        dimension: DIMENSION,
        createdMs: NOW_MS,
        ...targetColumns(targets),
      };
      this.rows.set(galleryId, row);
      return Promise.resolve(row);
    },
    update: (galleryId, { displayName, targets }) => {
      const row = {
        ...this.galleries.get(galleryId),
        ...(displayName !== undefined && { displayName }),
        ...(targets !== undefined && targetColumns(targets)),
      };
      this.rows.set(galleryId, row);
      return row;
    },
    get: (galleryId) => found(this.rows.get(galleryId), 'GALLERY_NOT_FOUND', galleryId),
    list: (page) => paged([...this.rows.values()], page, (row) => row.galleryId),
    delete: async (galleryId) => {
      await Promise.resolve(this.galleries.get(galleryId));
      this.rows.delete(galleryId);
    },
    counts: (galleryId) => {
      const identities = this.#peopleOf(galleryId).length;
      return { identities, enrolled: this.enrolled.size, templates: this.enrolled.size + 1 };
    },
  };

  readonly identities: IdentityService = {
    create: (row) => {
      const key = keyOf(row.galleryId, row.identityId);
      if (this.people.has(key)) throw missing('ALREADY_EXISTS', row.identityId);
      return this.#putPerson({ ...row, createdMs: NOW_MS, updatedMs: NOW_MS, revision: 1 });
    },
    get: (galleryId, identityId) =>
      found(this.people.get(keyOf(galleryId, identityId)), 'IDENTITY_NOT_FOUND', identityId),
    list: (galleryId, page) => paged(this.#peopleOf(galleryId), page, (row) => row.identityId),
    update: (galleryId, identityId, change, revision) => {
      const row = this.identities.get(galleryId, identityId);
      if (revision !== undefined && revision !== row.revision) {
        throw new ClipidError('CONFLICT', 'Somebody else was faster.', { field: 'identity.etag' });
      }
      return this.#putPerson({ ...row, ...change, revision: row.revision + 1 });
    },
    delete: (galleryId, identityId) => {
      this.people.delete(keyOf(galleryId, identityId));
      return Promise.resolve();
    },
    enrol: (request) => Promise.resolve(this.#enrol(request)),
    appearances: (galleryId, identityId, page) => {
      const rows = [...this.seen.values()].flat().filter((row) => row.identityId === identityId);
      return paged(rows, page, appearanceKey);
    },
  };

  readonly clips: ClipService = {
    submit: (request) => this.#submit(request),
    get: (galleryId, clipId) =>
      found(this.queue.get(keyOf(galleryId, clipId)), 'CLIP_NOT_FOUND', clipId),
    list: (galleryId, page) => {
      const rows = [...this.queue.values()].filter((row) => row.galleryId === galleryId);
      return paged(rows, page, (row) => row.clipId);
    },
    appearances: (galleryId, clipId) => {
      this.clips.get(galleryId, clipId);
      return this.seen.get(keyOf(galleryId, clipId)) ?? [];
    },
    wait: (galleryId, clipId, signal) => this.#wait(galleryId, clipId, signal),
    delete: (galleryId, clipId) => {
      this.queue.delete(keyOf(galleryId, clipId));
      return Promise.resolve();
    },
  };

  readonly search: SearchService = {
    search: async (request, signal) => {
      this.signals.push(signal);
      const { fail, delayMs = 0 } = this.nextSearch;
      this.nextSearch = {};
      if (fail !== undefined) throw fail;
      if (delayMs > 0) await sleep(delayMs, signal);
      const { probe } = request;
      if (probe.kind === 'image') {
        return {
          bundleId: BUNDLE,
          rule: FAKE_RULE,
          searched: [],
          unsearched: [{ face: null, reasons: ['NO_FACE'] }],
        };
      }
      const face: ProbeFace = { trackIndex: 0, startMs: 0, endMs: 0, box: null, faces: [] };
      const vector = probe.kind === 'embedding' ? probe.vector : Float32Array.of(1, 0, 0, 0);
      const matches = [...this.enrolled].map(([identityId, known]) => ({
        identityId,
        similarity: similarity(vector, known),
        decision:
          similarity(vector, known) >= (request.threshold ?? 0.5)
            ? ('MATCHED' as const)
            : ('UNKNOWN' as const),
        templateId: 't0',
        estimatedFpr: FAKE_ESTIMATE,
      }));
      const appearances = [...this.seen.values()]
        .flat()
        .map((appearance) => ({ appearance, similarity: 0.75, estimatedFpr: null }));
      const searched = {
        face,
        matches: matches.slice(0, request.maxMatches),
        appearances: appearances.slice(0, request.maxAppearances),
      };
      return { bundleId: BUNDLE, rule: FAKE_RULE, searched: [searched], unsearched: [] };
    },
  };

  /** The clip is done, with these appearances; whoever waits for it is told. */
  finish(galleryId: string, clipId: string, appearances: readonly AppearanceRow[]): void {
    const key = keyOf(galleryId, clipId);
    const row = this.clips.get(galleryId, clipId);
    this.queue.set(key, { ...row, state: 'DONE', durationMs: 1500, bundleId: BUNDLE });
    this.seen.set(key, [...appearances]);
    for (const tell of this.#waiting.get(key)?.splice(0) ?? []) tell();
  }

  #peopleOf(galleryId: string): IdentityRow[] {
    return [...this.people.values()].filter((row) => row.galleryId === galleryId);
  }

  #putPerson(row: IdentityRow): IdentityRow {
    this.people.set(keyOf(row.galleryId, row.identityId), row);
    return row;
  }

  #enrol(request: EnrolRequest) {
    const { galleryId, identityId, displayName = identityId, metadata = {} } = request;
    const key = keyOf(galleryId, identityId);
    const identity =
      this.people.get(key) ??
      this.#putPerson({
        galleryId,
        identityId,
        displayName,
        metadata,
        createdMs: NOW_MS,
        updatedMs: NOW_MS,
        revision: 1,
      });
    const items = request.sources.map((source) =>
      source.kind === 'uri'
        ? {
            name: source.name,
            templateId: null,
            quality: null,
            qualityKind: 'heuristic',
            reasons: ['NO_FACE' as const],
            message: 'no face',
          }
        : {
            name: source.name,
            templateId: `t-${source.kind}`,
            quality: 0.5,
            qualityKind: 'heuristic',
            reasons: [],
            message: '',
          },
    );
    this.enrolled.set(identityId, Float32Array.of(1, 0, 0, 0));
    return { identity, items, renamedAppearances: 2 };
  }

  #submit(request: SubmitClip): ClipRow {
    this.galleries.get(request.galleryId);
    const clipId = request.clipId ?? `from:${request.uri}`;
    const key = keyOf(request.galleryId, clipId);
    const known = this.queue.get(key);
    if (known !== undefined && known.uri !== request.uri) {
      throw new ClipidError('CONFLICT', `Clip ${clipId} has another uri.`, { field: 'uri' });
    }
    const row = known ?? newClip(request, clipId);
    this.queue.set(key, row);
    return row;
  }

  #wait(galleryId: string, clipId: string, signal: AbortSignal): Promise<ClipRow> {
    this.signals.push(signal);
    const key = keyOf(galleryId, clipId);
    if (this.clips.get(galleryId, clipId).state === 'DONE') {
      return Promise.resolve(this.clips.get(galleryId, clipId));
    }
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(key) ?? [];
      this.#waiting.set(key, [...waiting, () => resolve(this.clips.get(galleryId, clipId))]);
      signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    });
  }
}

function targetColumns({ targetFpr, uncertainFpr }: AskedTargets) {
  return { targetFpr: targetFpr ?? null, uncertainFpr: uncertainFpr ?? null };
}

function keyOf(galleryId: string, id: string): string {
  return `${galleryId}\n${id}`;
}

function missing(code: ErrorCode, id: string): ClipidError {
  return new ClipidError(code, `${id}: ${code}.`, { details: { id } });
}

function cancelled(): ClipidError {
  return new ClipidError('CANCELLED', 'The wait was cancelled.');
}

function found<Row>(row: Row | undefined, code: ErrorCode, id: string): Row {
  if (row === undefined) throw missing(code, id);
  return row;
}

function paged<Row>(rows: readonly Row[], page: Page, keyOfRow: (row: Row) => string): Row[] {
  const { after = '' } = page;
  const sorted = rows.toSorted((a, b) => (keyOfRow(a) < keyOfRow(b) ? -1 : 1));
  return sorted.filter((row) => keyOfRow(row) > after).slice(0, page.limit);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(cancelled());
    });
  });
}

function newClip(request: SubmitClip, clipId: string): ClipRow {
  return {
    galleryId: request.galleryId,
    clipId,
    uri: request.uri,
    state: 'QUEUED',
    enrolAs: request.enrolAs ?? null,
    sampling: { framesPerSecond: 8, ...request.sampling },
    metadata: request.metadata ?? {},
    attempts: 0,
    notBeforeMs: 0,
    errorCode: null,
    errorText: null,
    bundleId: null,
    durationMs: null,
    widthPx: null,
    heightPx: null,
    frameCount: null,
    warnings: [],
    submissionId: 's',
    priority: request.priority ?? 'NORMAL',
    notAfterMs: request.notAfterMs ?? null,
    requestedMs: NOW_MS,
    begunMs: null,
    extractedMs: null,
    traceparent: null,
    tracestate: null,
    submittedMs: NOW_MS,
    updatedMs: NOW_MS,
  };
}

/** An appearance of one face a frame, four frames a second. */
export function appearanceRow(clipId: string, trackIndex: number, faceCount = 2): AppearanceRow {
  const faces = Array.from({ length: faceCount }, (_, i) => ({
    timestampMs: i * 250,
    box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
    detectionScore: 0.9,
    quality: 1.5,
    weight: 1 / faceCount,
  }));
  return {
    galleryId: 'g',
    clipId,
    trackIndex,
    templateId: `${clipId}-${trackIndex}`,
    startMs: 0,
    endMs: (faceCount - 1) * 250,
    qualityMin: 1.5,
    qualityMax: 1.5,
    qualityKind: 'heuristic',
    decision: trackIndex === 0 ? 'MATCHED' : 'UNKNOWN',
    identityId: trackIndex === 0 ? 'ada' : null,
    similarity: trackIndex === 0 ? 0.8 : null,
    estimatedFpr: trackIndex === 0 ? FAKE_ESTIMATE : null,
    faces,
  };
}
