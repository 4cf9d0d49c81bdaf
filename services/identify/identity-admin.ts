import { isDeepStrictEqual } from 'node:util';
import { ClipidError } from '../core/errors.js';
import type { Metadata } from '../core/types.js';
import type { AppearanceRow, GalleryStore, IdentityRow, Page } from '../gallery/port.js';
import { validateId, validateMetadata, validateName } from '../core/field-rules.js';
import { requireGallery, requireIdentity } from './lookup.js';
import type { EnrolRequest, IdentityService } from './port.js';
import type { Indexes } from './ports-in.js';

export interface IdentityAdminDeps {
  readonly store: GalleryStore;
  readonly indexes: Pick<Indexes, 'apply'>;
  readonly now: () => number;
}

type NewIdentity = Parameters<IdentityService['create']>[0];

/** Makes, shows, changes and deletes identities; all of IdentityService but `enrol`. */
export class IdentityAdmin implements Omit<IdentityService, 'enrol'> {
  constructor(private readonly deps: IdentityAdminDeps) {}

  /** Throws GALLERY_NOT_FOUND, ALREADY_EXISTS, FIELD_INVALID, LIMIT_EXCEEDED. */
  create({ galleryId, identityId, displayName, metadata }: NewIdentity): IdentityRow {
    const nowMs = this.deps.now();
    const row: IdentityRow = {
      galleryId: requireGallery(this.deps.store, galleryId).galleryId,
      identityId: validateId('identity_id', identityId),
      displayName: validateName('display_name', displayName),
      metadata: validateMetadata('metadata', metadata),
      createdMs: nowMs,
      updatedMs: nowMs,
      revision: 1,
    };
    this.deps.store.insertIdentity(row);
    return row;
  }

  /** The identity that a request enrols to: made where it is not there, changed where it says otherwise. */
  ensure({ galleryId, identityId, displayName, metadata }: EnrolRequest): IdentityRow {
    return this.deps.store.transaction(() => {
      const known = this.deps.store.identity(galleryId, identityId);
      if (known === undefined) {
        const named = { displayName: displayName ?? identityId, metadata: metadata ?? {} };
        return this.create({ galleryId, identityId, ...named });
      }
      const change = {
        displayName: displayName ?? known.displayName,
        metadata: metadata ?? known.metadata,
      };
      const isSame = isDeepStrictEqual({ ...known, ...change }, known);
      return isSame ? known : this.update(galleryId, identityId, change);
    });
  }

  get(galleryId: string, identityId: string): IdentityRow {
    return requireIdentity(this.deps.store, galleryId, identityId);
  }

  list(galleryId: string, page: Page): IdentityRow[] {
    requireGallery(this.deps.store, galleryId);
    return this.deps.store.identities(galleryId, page);
  }

  update(
    galleryId: string,
    identityId: string,
    change: { displayName?: string; metadata?: Metadata },
    revision?: number,
  ): IdentityRow {
    if (change.displayName !== undefined) validateName('display_name', change.displayName);
    if (change.metadata !== undefined) validateMetadata('metadata', change.metadata);
    return this.deps.store.transaction(() => {
      const known = requireIdentity(this.deps.store, galleryId, identityId);
      if (revision !== undefined && revision !== known.revision)
        throw changedMeanwhile(known, revision);
      const row = { ...known, ...change, updatedMs: this.deps.now(), revision: known.revision + 1 };
      this.deps.store.updateIdentity(row);
      return row;
    });
  }

  async delete(galleryId: string, identityId: string): Promise<void> {
    const change = this.deps.store.transaction(() => {
      requireIdentity(this.deps.store, galleryId, identityId);
      return this.deps.store.deleteIdentity(galleryId, identityId);
    });
    await this.deps.indexes.apply(galleryId, change);
  }

  appearances(galleryId: string, identityId: string, page: Page): AppearanceRow[] {
    requireIdentity(this.deps.store, galleryId, identityId);
    return this.deps.store.appearancesOfIdentity(galleryId, identityId, page);
  }
}

function changedMeanwhile({ identityId, revision }: IdentityRow, expected: number): ClipidError {
  const message = `Identity ${identityId} was changed meanwhile: its revision is ${revision}, not ${expected}. Read it again.`;
  return new ClipidError('CONFLICT', message, { field: 'etag' });
}
