import { describe, expect, it } from 'vitest';
import {
  HEIGHT_PX,
  WIDTH_PX,
  cameraAt,
  personAt,
  viewHeight,
} from '../../../services/cli/demo/camera.js';
import { PEOPLE, SCENES } from '../../../services/cli/demo/cast.js';
import type { DemoClip } from '../../../services/cli/demo/make-clips.js';
import { pickFaces } from '../../../services/cli/demo/pick-faces.js';
import { sheetHtml } from '../../../services/cli/demo/sheet-html.js';
import type { DemoTrack } from '../../../services/cli/demo/tracks.js';
import { problemsOf } from '../../../services/cli/demo/verify.js';
import { TrackFace } from '../../../services/gen/clipid/v1/common.js';

const lounge = SCENES.find(({ name }) => name === 'lounge');
if (lounge === undefined) throw new Error('the demo has a scene lounge');
const clip: DemoClip = { scene: lounge, path: 'lounge.mp4', reused: false };
const track = (fields: Partial<DemoTrack>): DemoTrack => ({
  clip,
  trackIndex: 0,
  startMs: 0,
  endMs: 1000,
  frameCount: 8,
  qualityMin: 0,
  qualityMax: 1,
  qualityKind: 'heuristic',
  decision: 'UNKNOWN',
  identity: null,
  similarity: 0.1,
  estimatedFpr: null,
  templateId: 't',
  faces: [],
  truth: null,
  isMixed: false,
  ...fields,
});
const ada = track({ decision: 'MATCHED', identity: 'ada', truth: 'ada' });
const bea = track({ decision: 'MATCHED', identity: 'bea', truth: 'bea' });

describe('the demo judges itself', () => {
  it('is content when everybody is found and strangers are strangers', () => {
    expect(problemsOf([clip], [ada, bea, track({})])).toEqual([]);
  });
  it('notices a person who was not found', () => {
    expect(problemsOf([clip], [ada])).toEqual(['bea is in the clip lounge and was not found.']);
  });
  it('notices a stranger who was taken for somebody', () => {
    const stranger = track({ decision: 'MATCHED', identity: 'ada', truth: null });
    expect(problemsOf([clip], [ada, bea, stranger])).toHaveLength(1);
  });
  it('does not count a person as found in somebody else’s track', () => {
    const mistaken = track({ decision: 'MATCHED', identity: 'bea', truth: null });
    expect(problemsOf([clip], [ada, mistaken])).toHaveLength(2);
  });
});

describe('the demo’s camera', () => {
  it('stays on the photo', () => {
    for (const scene of SCENES) {
      for (let timeMs = 0; timeMs <= 5000; timeMs += 40) {
        const { view } = cameraAt(scene, timeMs);
        expect(view.left).toBeGreaterThanOrEqual(0);
        expect(view.top).toBeGreaterThanOrEqual(0);
        expect(view.left + view.width).toBeLessThanOrEqual(1920);
        expect(view.top + viewHeight(view)).toBeLessThanOrEqual(1350);
      }
    }
  });
  it('knows whose face a box shows', () => {
    const { view } = cameraAt(lounge, 0);
    const adaPx = lounge.faces.find(({ identityId }) => identityId === 'ada')?.boxPx;
    if (adaPx === undefined) throw new Error('ada is in the lounge');
    const box = {
      x: (adaPx.x - view.left) / view.width,
      y: (adaPx.y - view.top) / viewHeight(view),
      width: adaPx.width / view.width,
      height: adaPx.height / viewHeight(view),
    };
    expect(personAt(lounge, 0, box)?.identityId).toBe('ada');
    expect(personAt(lounge, 0, { ...box, y: 0.9, height: 0.1 })).toBeUndefined();
    expect(WIDTH_PX / HEIGHT_PX).toBeCloseTo(16 / 9, 1);
  });
  it('never enrols a person from the unchanged photo of a clip', () => {
    const filmed = SCENES.map(({ photo }) => photo);
    for (const { still } of PEOPLE) {
      expect(filmed.includes(still.photo)).toBe(still.treatment !== 'none');
    }
  });
});

describe('the contact sheet', () => {
  const faces = Array.from({ length: 40 }, (_, i) =>
    TrackFace.fromPartial({ timeOffset: { seconds: i }, weight: i === 21 ? 0.5 : 0.01 }),
  );
  it('shows a bounded number of faces over the whole track, the heaviest among them', () => {
    const picked = pickFaces(faces, 8);
    expect(picked).toHaveLength(8);
    expect(picked[0]).toBe(faces[0]);
    expect(picked[7]).toBe(faces[39]);
    expect(picked).toContain(faces[21]);
    expect(pickFaces(faces.slice(0, 3), 8)).toHaveLength(3);
  });
  it('is one file, says what the score is, and escapes what it shows', () => {
    const crop = { jpeg: Buffer.from('x'), timestampMs: 40, quality: 0.5, weight: 1 };
    const page = sheetHtml([{ track: ada, crops: [crop] }], '<b>');
    expect(page).toContain('heuristic');
    expect(page).toContain('MATCHED ada');
    expect(page).toContain('100.0 %');
    expect(page).toContain('&#60;b&#62;');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  });
});
