import type { GalleryRow, GalleryStore, Page } from '../gallery/port.js';
import type { ClipEvents } from './clip-events.js';
import { validateTargets, type AskedTargets } from '../core/targets.js';
import { validateId, validateName } from '../core/field-rules.js';
import { requireGallery } from './lookup.js';
import type { GalleryChange, GalleryService } from './port.js';
import type { GalleryRules } from './rules.js';

export interface GalleryAdminDeps {
  readonly store: GalleryStore;
  /** The running bundle: galleries are bound to it when they are made (invariant 4). */
  readonly bundle: { readonly bundleId: string; readonly dimension: number };
  /** Frees a gallery's indexes. */
  readonly indexes: { drop(galleryId: string): Promise<void> };
  readonly rules: Pick<GalleryRules, 'requireCurve'>;
  readonly events: ClipEvents;
  readonly now: () => number;
}

/** Makes, shows, changes and deletes galleries. */
export class GalleryAdmin implements GalleryService {
  constructor(private readonly deps: GalleryAdminDeps) {}

  create(galleryId: string, displayName: string, targets: AskedTargets = {}): Promise<GalleryRow> {
    return promised(() => {
      const row: GalleryRow = {
        galleryId: validateId('gallery_id', galleryId),
        displayName: validateName('display_name', displayName),
        bundleId: this.deps.bundle.bundleId,
        dimension: this.deps.bundle.dimension,
        createdMs: this.deps.now(),
        ...this.targetColumns(galleryId, targets),
      };
      this.deps.store.insertGallery(row);
      return row;
    });
  }

  update(galleryId: string, { displayName, targets }: GalleryChange): GalleryRow {
    return this.deps.store.transaction(() => {
      const known = requireGallery(this.deps.store, galleryId);
      const row = {
        ...known,
        ...(displayName !== undefined && {
          displayName: validateName('display_name', displayName),
        }),
        ...(targets !== undefined && this.targetColumns(galleryId, targets)),
      };
      this.deps.store.updateGallery(row);
      return row;
    });
  }

  get(galleryId: string): GalleryRow {
    return requireGallery(this.deps.store, galleryId);
  }

  list(page: Page): GalleryRow[] {
    return this.deps.store.galleries(page);
  }

  /** The store first: it is the truth, and what is left of the indexes goes with the process. */
  async delete(galleryId: string): Promise<void> {
    requireGallery(this.deps.store, galleryId);
    this.deps.store.deleteGallery(galleryId);
    this.deps.events.galleryDeleted(galleryId);
    await this.deps.indexes.drop(galleryId);
  }

  counts(galleryId: string): { identities: number; enrolled: number; templates: number } {
    requireGallery(this.deps.store, galleryId);
    const { enrolled, total } = this.deps.store.countTemplates(galleryId);
    return { identities: this.deps.store.countIdentities(galleryId), enrolled, templates: total };
  }

  /** A target that no threshold can be made of is refused when it is set, not when somebody searches. */
  private targetColumns(galleryId: string, targets: AskedTargets) {
    const { targetFpr = null, uncertainFpr = null } = validateTargets('settings.', targets);
    if (targetFpr !== null) this.deps.rules.requireCurve(galleryId);
    return { targetFpr, uncertainFpr };
  }
}

/** What `work` gives or throws, as a promise. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
