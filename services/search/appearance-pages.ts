import { appearanceKey, parseAppearanceKey } from '../gallery/page-key.js';
import type { AppearanceRow, Page } from '../gallery/port.js';
import type { Appearance, AppearanceView } from '../gen/clipid/v1/common.js';
import { toAppearance, wantsFaces } from '../wire/appearance.js';
import { readPage, type ListScope, type PageRequest } from './pagination.js';

/** About 70 bytes each: keeps a page of long tracks at a few megabytes. */
const MAX_FACES_PER_PAGE = 50_000;

export interface AppearancePage {
  readonly appearances: Appearance[];
  readonly nextPageToken: string;
}

/** One page of appearances; in the view FULL it ends early where its faces would be too many. */
export function appearancePage(
  request: PageRequest & { readonly view: AppearanceView },
  scope: ListScope,
  read: (page: Page) => readonly AppearanceRow[],
): AppearancePage {
  const withFaces = wantsFaces(request.view);
  const fitting = withFaces ? { fitting: fittingFaces } : {};
  const page = readPage(request, { scope, read, keyOf: appearanceKey, ...fitting });
  return {
    appearances: page.rows.map((row) => toAppearance(row, withFaces)),
    nextPageToken: page.nextPageToken,
  };
}

function fittingFaces(rows: readonly AppearanceRow[]): number {
  let faces = 0;
  const over = rows.findIndex((row) => (faces += row.faces.length) > MAX_FACES_PER_PAGE);
  return over === -1 ? rows.length : Math.max(1, over);
}

/** A page of appearances of one clip, which are all at hand, in order of track. */
export function pageOfRows(rows: readonly AppearanceRow[], page: Page): AppearanceRow[] {
  const { trackIndex } = parseAppearanceKey(page.after);
  return rows.filter((row) => row.trackIndex > trackIndex).slice(0, page.limit);
}
