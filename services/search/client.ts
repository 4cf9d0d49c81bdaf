import { Client, credentials } from '@grpc/grpc-js';
import { ClipidError } from '../core/errors.js';
import * as clip from '../gen/clipid/v1/clip_service.js';
import * as gallery from '../gen/clipid/v1/gallery_service.js';
import * as identity from '../gen/clipid/v1/identity_service.js';
import * as search from '../gen/clipid/v1/search_service.js';
import { socketPath } from './address.js';
import { callsOf, type Calls, type RequestsOf } from './client-service.js';

export type { Calls } from './client-service.js';
export type { CallSettings } from './client-calls.js';

const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export interface ClipidClient {
  readonly galleries: Calls<gallery.GalleryServiceService>;
  readonly identities: Calls<identity.IdentityServiceService>;
  readonly clips: Calls<clip.ClipServiceService>;
  readonly search: Calls<search.SearchServiceService>;
  /** Rejects with UNAVAILABLE when nobody answers in time. */
  waitForReady(timeoutMs: number): Promise<void>;
  /** Running calls end first. */
  close(): void;
}

export interface ClientOptions {
  /** For calls that set none; 60 s by default. */
  readonly deadlineMs?: number;
  /** Longest response, in bytes; 64 MiB by default. */
  readonly maxMessageBytes?: number;
}

const GALLERY_REQUESTS: RequestsOf<gallery.GalleryServiceService> = {
  createGallery: gallery.CreateGalleryRequest,
  getGallery: gallery.GetGalleryRequest,
  listGalleries: gallery.ListGalleriesRequest,
  updateGallery: gallery.UpdateGalleryRequest,
  calibrateGallery: gallery.CalibrateGalleryRequest,
  reportDrift: gallery.ReportDriftRequest,
  deleteGallery: gallery.DeleteGalleryRequest,
};
const IDENTITY_REQUESTS: RequestsOf<identity.IdentityServiceService> = {
  createIdentity: identity.CreateIdentityRequest,
  getIdentity: identity.GetIdentityRequest,
  listIdentities: identity.ListIdentitiesRequest,
  updateIdentity: identity.UpdateIdentityRequest,
  deleteIdentity: identity.DeleteIdentityRequest,
  enrollIdentity: identity.EnrollIdentityRequest,
  listIdentityAppearances: identity.ListIdentityAppearancesRequest,
};
const CLIP_REQUESTS: RequestsOf<clip.ClipServiceService> = {
  submitClip: clip.SubmitClipRequest,
  getClip: clip.GetClipRequest,
  listClips: clip.ListClipsRequest,
  waitClip: clip.WaitClipRequest,
  listAppearances: clip.ListAppearancesRequest,
  deleteClip: clip.DeleteClipRequest,
};
const SEARCH_REQUESTS: RequestsOf<search.SearchServiceService> = {
  searchFaces: search.SearchFacesRequest,
};

/**
 * A client of a server at `host:port` or `unix:/path`. It connects with the first call; a call to a
 * server that is not there fails with UNAVAILABLE.
 */
export function connect(address: string, options: ClientOptions = {}): ClipidClient {
  socketPath(address); // throws for what is no address
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': maxMessageBytes,
  });
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  return {
    galleries: callsOf(client, gallery.GalleryServiceService, GALLERY_REQUESTS, deadlineMs),
    identities: callsOf(client, identity.IdentityServiceService, IDENTITY_REQUESTS, deadlineMs),
    clips: callsOf(client, clip.ClipServiceService, CLIP_REQUESTS, deadlineMs),
    search: callsOf(client, search.SearchServiceService, SEARCH_REQUESTS, deadlineMs),
    waitForReady: (timeoutMs) => waitForReady(client, address, timeoutMs),
    close: () => client.close(),
  };
}

function waitForReady(client: Client, address: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + timeoutMs, (error) => {
      if (error === undefined) {
        resolve();
        return;
      }
      const message = `No clipid server answered at ${address} within ${timeoutMs / 1000} s.`;
      reject(new ClipidError('UNAVAILABLE', message, { field: 'address', cause: error }));
    });
  });
}
