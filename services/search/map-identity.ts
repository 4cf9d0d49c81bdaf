import { ClipidError } from '../core/errors.js';
import type { Metadata } from '../core/types.js';
import type { IdentityRow } from '../gallery/port.js';
import type { EnrollResult, EnrollSource, Identity } from '../gen/clipid/v1/identity.js';
import type { EnrollIdentityRequest } from '../gen/clipid/v1/identity_service.js';
import type { EnrolItem, EnrolRequest, EnrolSource } from '../identify/port.js';
import { toReason } from '../wire/appearance.js';
import { fromStruct, toStruct } from '../wire/metadata.js';
import { toTimestamp } from '../wire/time.js';
import {
  checkId,
  checkImage,
  checkList,
  checkPresent,
  checkText,
  checkUri,
  MAX_SOURCES,
} from '../wire/validate.js';

/** A revision as callers see it: opaque, and never taken for a number to count with. */
export function toEtag(revision: number): string {
  return `r${revision}`;
}

/** The revision of an etag; undefined for an empty one. Throws FIELD_INVALID. */
export function fromEtag(etag: string): number | undefined {
  if (etag === '') return undefined;
  const digits = /^r(\d{1,15})$/.exec(etag)?.[1];
  if (digits !== undefined) return Number(digits);
  const message = 'identity.etag is not an etag that the server returned.';
  throw new ClipidError('FIELD_INVALID', message, { field: 'identity.etag' });
}

export function toIdentity(row: IdentityRow): Identity {
  return {
    galleryId: row.galleryId,
    identityId: row.identityId,
    displayName: row.displayName,
    metadata: toStruct(row.metadata),
    createTime: toTimestamp(row.createdMs),
    updateTime: toTimestamp(row.updatedMs),
    etag: toEtag(row.revision),
  };
}

export interface IdentityChange {
  displayName?: string;
  metadata?: Metadata;
}

/** Paths of a mask as the fields they mean; without a mask, the fields that are not empty. */
function maskedFields(identity: Identity, paths: readonly string[] | undefined): Set<string> {
  if (paths === undefined || paths.length === 0) {
    const named = identity.displayName === '' ? [] : ['display_name'];
    return new Set(identity.metadata === undefined ? named : [...named, 'metadata']);
  }
  const known = ['display_name', 'metadata', '*'];
  const unknown = paths.find((path) => !known.includes(path));
  if (unknown === undefined) return new Set(paths.includes('*') ? known : paths);
  const message = `update_mask holds '${unknown.slice(0, 64)}'; it may hold ${known.join(', ')}.`;
  throw new ClipidError('FIELD_INVALID', message, { field: 'update_mask' });
}

/** What an update changes. Throws FIELD_INVALID when it changes nothing. */
export function fromIdentity(
  identity: Identity,
  paths: readonly string[] | undefined,
): IdentityChange {
  const fields = maskedFields(identity, paths);
  if (fields.size === 0) {
    const message = 'update_mask is empty and so is the identity: there is nothing to change.';
    throw new ClipidError('FIELD_INVALID', message, { field: 'update_mask' });
  }
  const displayName = checkText(identity.displayName, 'identity.display_name');
  const metadata = fromStruct(identity.metadata ?? {}, 'identity.metadata');
  return {
    ...(fields.has('display_name') && { displayName }),
    ...(fields.has('metadata') && { metadata }),
  };
}

function fromSource(source: EnrollSource, index: number): EnrolSource {
  const field = `sources[${index}]`;
  const name = checkText(source.name, `${field}.name`) || String(index);
  const given = checkPresent(source.source, `${field}.source`);
  switch (given.$case) {
    case 'image':
      return { kind: 'image', name, bytes: checkImage(given.image, `${field}.image`) };
    case 'uri':
      return { kind: 'uri', name, uri: checkUri(given.uri, `${field}.uri`) };
    case 'templateId': {
      return {
        kind: 'template',
        name,
        templateId: checkId(given.templateId, `${field}.template_id`),
      };
    }
  }
}

/** Throws FIELD_INVALID, LIMIT_EXCEEDED. */
export function fromEnrollIdentity(request: EnrollIdentityRequest): EnrolRequest {
  const displayName = checkText(request.displayName, 'display_name');
  return {
    galleryId: checkId(request.galleryId, 'gallery_id'),
    identityId: checkId(request.identityId, 'identity_id'),
    ...(displayName !== '' && { displayName }),
    ...(request.metadata && { metadata: fromStruct(request.metadata) }),
    sources: checkList(request.sources, 'sources', MAX_SOURCES).map(fromSource),
  };
}

export function toEnrollResult(item: EnrolItem): EnrollResult {
  return {
    name: item.name,
    templateId: item.templateId ?? '',
    quality: item.quality ?? undefined,
    qualityKind: item.qualityKind,
    reasons: item.reasons.map(toReason),
    message: item.message,
  };
}
