import { describe, expect, it } from 'vitest';
import { DECISIONS } from '../../../services/core/types.js';
import { CLIP_STATES, type AppearanceRow } from '../../../services/gallery/port.js';
import { ClipState } from '../../../services/gen/clipid/v1/clip.js';
import { AppearanceView, Decision, FaceReason } from '../../../services/gen/clipid/v1/common.js';
import { FACE_REASONS } from '../../../services/identify/port.js';
import { appearancePage, pageOfRows } from '../../../services/search/appearance-pages.js';
import { toAppearance } from '../../../services/wire/appearance.js';
import { appearanceRow } from '../../helpers/grpc-application.js';

const { APPEARANCE_VIEW_FULL, APPEARANCE_VIEW_BASIC } = AppearanceView;

function pages(rows: readonly AppearanceRow[], pageSize: number, view: AppearanceView): number[][] {
  const sizes: number[][] = [];
  let pageToken = '';
  do {
    const page = appearancePage({ pageSize, pageToken, view }, ['x'], (asked) =>
      pageOfRows(rows, asked),
    );
    sizes.push(page.appearances.map((row) => row.trackIndex));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return sizes;
}

describe('words', () => {
  it('are the same in the core and on the wire', () => {
    const known = (object: object) => Object.keys(object).filter((key) => key !== 'UNRECOGNIZED');
    expect(known(Decision).slice(1)).toEqual(DECISIONS.map((word) => `DECISION_${word}`));
    expect(known(ClipState).slice(1)).toEqual(CLIP_STATES.map((word) => `CLIP_STATE_${word}`));
    expect(known(FaceReason).slice(1)).toEqual(FACE_REASONS.map((word) => `FACE_REASON_${word}`));
  });
});

describe('an appearance', () => {
  it('names nobody where nobody was decided for', () => {
    const row = { ...appearanceRow('c', 1), identityId: 'ada', similarity: 0.1 };
    expect(toAppearance(row, false)).toMatchObject({ identityId: '', similarity: 0.1 });
    expect(toAppearance({ ...row, decision: 'UNCERTAIN' }, false)).toMatchObject({
      identityId: 'ada',
      decision: 'DECISION_UNCERTAIN',
    });
  });

  it('counts its faces also where it leaves them out', () => {
    const row = appearanceRow('c', 0, 5);
    expect(toAppearance(row, false)).toMatchObject({ frameCount: 5, faces: [] });
    expect(toAppearance(row, true).faces).toHaveLength(5);
  });
});

describe('pages of appearances', () => {
  const rows = [0, 1, 2, 3].map((i) => appearanceRow('c', i, 30_000));

  it('are as long as was asked without faces, and shorter where faces are too many', () => {
    expect(pages(rows, 3, APPEARANCE_VIEW_BASIC)).toEqual([[0, 1, 2], [3]]);
    expect(pages(rows, 3, APPEARANCE_VIEW_FULL)).toEqual([[0], [1], [2], [3]]);
  });
});
