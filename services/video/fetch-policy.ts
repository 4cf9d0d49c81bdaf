import { fileURLToPath } from 'node:url';
import { ClipidError, type ErrorFacts } from '../core/errors.js';

/** What the operator lets clips come from. */
export interface FetchPolicy {
  /** Absolute folders, with all that is below them; 'any' only where every caller is trusted. */
  readonly allowedFolders: readonly string[] | 'any';
  /** `media.example` (on the scheme's own port) or `media.example:8080`; none when empty. */
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
}

/** A clip's address, taken apart. */
export type ClipAddress =
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 'http'; readonly url: URL };

const MAX_URI_CHARS = 4096;

/**
 * Takes a uri apart without touching anything. Throws LIMIT_EXCEEDED for a long one, URI_FORBIDDEN
 * for one with control characters or of a scheme that is not allowed. No error repeats the uri.
 */
export function parseUri(uri: string, policy: FetchPolicy): ClipAddress {
  checkText(uri);
  if (uri.startsWith('/')) return { scheme: 'file', path: uri };
  const url = parseUrl(uri);
  if (url?.protocol === 'file:') return { scheme: 'file', path: pathOf(url, policy) };
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return { scheme: 'http', url };
  throw forbidden('Clips of this kind of uri are not allowed', policy);
}

/** Undefined for what is no url; the constructor's own error would repeat the text. */
export function parseUrl(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

function checkText(uri: string): void {
  if (uri.length > MAX_URI_CHARS) {
    const message = `The uri has ${uri.length} characters; the limit is ${MAX_URI_CHARS}.`;
    throw new ClipidError('LIMIT_EXCEEDED', message, { field: 'uri' });
  }
  if (/\p{Cc}/u.test(uri)) throw uriError('A uri must not hold control characters.');
}

function pathOf(url: URL, policy: FetchPolicy): string {
  try {
    const path = fileURLToPath(url);
    checkText(path);
    return path;
  } catch {
    // Another host, or an escaped slash or zero byte. The cause repeats the uri: not kept.
    throw forbidden('This file uri is not allowed', policy);
  }
}

/** Throws URI_FORBIDDEN unless the operator named exactly this host (and port). */
export function checkHost(url: URL, policy: FetchPolicy): void {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const names = [url.host, `${url.hostname}:${port}`];
  const isAllowed = policy.allowedHosts.some((host) => names.includes(host.toLowerCase()));
  if (!isAllowed) throw forbidden(`The host ${url.host} is not allowed`, policy);
}

/** URI_FORBIDDEN with a list of what is allowed instead. */
export function forbidden(what: string, policy: FetchPolicy): ClipidError {
  const { allowedFolders: folders, allowedHosts: hosts } = policy;
  const files = folders === 'any' ? 'any file' : list('files below', folders);
  return uriError(`${what}. Allowed: ${files}; ${list('http(s) from', hosts)}.`);
}

function list(what: string, names: readonly string[]): string {
  return names.length === 0 ? `${what} nowhere` : `${what} ${names.join(', ')}`;
}

function uriError(message: string): ClipidError {
  return new ClipidError('URI_FORBIDDEN', message, { field: 'uri' });
}

/** CLIP_UNREACHABLE for the uri. */
export function unreachable(message: string, facts: ErrorFacts = {}): ClipidError {
  return new ClipidError('CLIP_UNREACHABLE', message, { field: 'uri', ...facts });
}

/** Throws LIMIT_EXCEEDED above the policy's size, CLIP_EMPTY at 0. */
export function checkSize(sizeBytes: number, policy: FetchPolicy): void {
  if (sizeBytes === 0)
    throw new ClipidError('CLIP_EMPTY', 'The clip has no bytes.', { field: 'uri' });
  if (sizeBytes > policy.maxBytes) {
    const message = `The clip is larger than the limit maxBytes of ${policy.maxBytes} bytes.`;
    throw new ClipidError('LIMIT_EXCEEDED', message, {
      field: 'uri',
      details: { limit: 'maxBytes', bound: String(policy.maxBytes), unit: 'bytes' },
    });
  }
}
