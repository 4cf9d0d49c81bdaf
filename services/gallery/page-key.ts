import { ClipidError } from '../core/errors.js';
import type { AppearanceRow } from './port.js';

/** Where an appearance stands in the list of its identity's appearances: a page's `after`. */
export function appearanceKey(row: Pick<AppearanceRow, 'clipId' | 'trackIndex'>): string {
  return `${row.clipId}/${row.trackIndex}`;
}

/** The parts of a key; the place before the first appearance where there is none. Throws FIELD_INVALID. */
export function parseAppearanceKey(key: string | undefined): {
  clipId: string;
  trackIndex: number;
} {
  if (key === undefined) return { clipId: '', trackIndex: -1 };
  const parts = /^(?<clipId>.*)\/(?<trackIndex>\d{1,9})$/s.exec(key)?.groups;
  if (parts?.['clipId'] === undefined) {
    throw new ClipidError('FIELD_INVALID', 'The page token is not one of this list.', {
      field: 'page_token',
    });
  }
  return { clipId: parts['clipId'], trackIndex: Number(parts['trackIndex']) };
}
