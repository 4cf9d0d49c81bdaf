import type {
  EnrollIdentityRequest,
  EnrollIdentityResponse,
  IdentityServiceServer,
  UpdateIdentityRequest,
} from '../gen/clipid/v1/identity_service.js';
import type { IdentityRow } from '../gallery/port.js';
import type { Application, IdentityService } from '../identify/port.js';
import { appearancePage } from './appearance-pages.js';
import {
  fromEnrollIdentity,
  fromEtag,
  fromIdentity,
  toEnrollResult,
  toIdentity,
} from './map-identity.js';
import { fromStruct } from '../wire/metadata.js';
import { readPage } from './pagination.js';
import type { Unary } from './unary.js';
import { checkId, checkPresent, checkText } from '../wire/validate.js';

interface IdentityKey {
  readonly galleryId: string;
  readonly identityId: string;
}

function keyOf({ galleryId, identityId }: IdentityKey, prefix = ''): [string, string] {
  return [checkId(galleryId, `${prefix}gallery_id`), checkId(identityId, `${prefix}identity_id`)];
}

function update(identities: IdentityService, request: UpdateIdentityRequest): IdentityRow {
  const identity = checkPresent(request.identity, 'identity');
  const key = keyOf(identity, 'identity.');
  const change = fromIdentity(identity, request.updateMask);
  return identities.update(...key, change, fromEtag(identity.etag));
}

async function enroll(
  { identities, bundleId }: Application,
  request: EnrollIdentityRequest,
  signal: AbortSignal,
): Promise<EnrollIdentityResponse> {
  const result = await identities.enrol(fromEnrollIdentity(request), signal);
  return {
    identity: toIdentity(result.identity),
    results: result.items.map(toEnrollResult),
    renamedAppearances: result.renamedAppearances,
    bundleId,
  };
}

/** clipid.v1.IdentityService on the application. */
export function identityHandlers(application: Application, unary: Unary): IdentityServiceServer {
  const { identities } = application;
  return {
    createIdentity: unary((request) => {
      const [galleryId, identityId] = keyOf(request);
      const displayName = checkText(request.displayName, 'display_name') || identityId;
      const metadata = fromStruct(request.metadata ?? {});
      const row = identities.create({ galleryId, identityId, displayName, metadata });
      return { identity: toIdentity(row) };
    }),
    getIdentity: unary((request) => ({
      identity: toIdentity(identities.get(...keyOf(request))),
    })),
    listIdentities: unary((request) => {
      const galleryId = checkId(request.galleryId, 'gallery_id');
      const { rows, nextPageToken } = readPage(request, {
        scope: ['identities', galleryId],
        read: (page) => identities.list(galleryId, page),
        keyOf: (row) => row.identityId,
      });
      return { identities: rows.map(toIdentity), nextPageToken };
    }),
    updateIdentity: unary((request) => ({ identity: toIdentity(update(identities, request)) })),
    deleteIdentity: unary(async (request) => {
      await identities.delete(...keyOf(request));
      return {};
    }),
    enrollIdentity: unary((request, signal) => enroll(application, request, signal)),
    listIdentityAppearances: unary((request) => {
      const key = keyOf(request);
      const scope = ['identityAppearances', ...key];
      return appearancePage(request, scope, (page) => identities.appearances(...key, page));
    }),
  };
}
