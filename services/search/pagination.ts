import { ClipidError } from '../core/errors.js';
import type { Page } from '../gallery/port.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 1000;

/** How many a caller wants: 0 means the default, above the maximum is the maximum. */
export function pageSize(requested: number): number {
  if (requested < 0) {
    throw new ClipidError(
      'FIELD_INVALID',
      `page_size is ${requested}; it must be 0 or more items.`,
      {
        field: 'page_size',
      },
    );
  }
  return requested === 0 ? DEFAULT_PAGE_SIZE : Math.min(requested, MAX_PAGE_SIZE);
}

/** A list and what it is a list of: `['clips', galleryId]`. A token is good for its own list only. */
export type ListScope = readonly string[];

/** Opaque to callers; says which list it continues and after which key. */
export function encodePageToken(scope: ListScope, after: string): string {
  return Buffer.from(JSON.stringify([...scope, after])).toString('base64url');
}

/** The key to go on after; undefined for the first page. Throws FIELD_INVALID for a foreign token. */
export function decodePageToken(scope: ListScope, token: string): string | undefined {
  if (token === '') return undefined;
  const parts = parseToken(token);
  const isOurs = parts.length === scope.length + 1 && scope.every((part, i) => parts[i] === part);
  const after = parts.at(-1);
  if (!isOurs || typeof after !== 'string') {
    const message =
      'page_token is not a next_page_token that this list returned; start without one.';
    throw new ClipidError('FIELD_INVALID', message, { field: 'page_token' });
  }
  return after;
}

function parseToken(token: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page of rows, and the token of the next page or ''. */
export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
}

/** A list to read in pages. */
export interface PagedList<Row> {
  readonly scope: ListScope;
  readonly read: (page: Page) => readonly Row[];
  /** A row's key in the list's order, which `read` understands as `after`. */
  readonly keyOf: (row: Row) => string;
  /** How many of these rows fit into one response, at least 1; all of them when absent. */
  readonly fitting?: (rows: readonly Row[]) => number;
}

/** Reads one page: it asks for one row more than wanted, and whether that comes tells if more follow. */
export function readPage<Row>(request: PageRequest, list: PagedList<Row>): PageOf<Row> {
  const size = pageSize(request.pageSize);
  const after = decodePageToken(list.scope, request.pageToken);
  const found = list.read({ limit: size + 1, ...(after === undefined ? {} : { after }) });
  const wanted = found.slice(0, size);
  const rows = wanted.slice(0, list.fitting?.(wanted) ?? size);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  const nextPageToken = last === undefined ? '' : encodePageToken(list.scope, list.keyOf(last));
  return { rows, nextPageToken };
}
