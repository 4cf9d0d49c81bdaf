import type { Box } from '../../core/boxes.js';

/**
 * Photos that the npm package @vladmandic/face-api carries, and where its faces are in them (pixels).
 * The package says nothing of who is in them. That the face on the right of sample1 and the one in the
 * middle of sample3 are one person is what the default models say: their similarity stands far above
 * that of any other two faces from different photos.
 */
export interface Still {
  readonly photo: string;
  readonly cropPx: Box;
  /** What was done to a picture that comes from the clip's own photo; `none` for another photo. */
  readonly treatment: 'none' | 'mirrored';
}
export interface Person {
  readonly identityId: string;
  readonly displayName: string;
  readonly still: Still;
  readonly remark: string;
}

const SAME_PHOTO =
  'from the photo of the clip, as it has her once only: mirrored, brighter, paler, smaller';

/** Who is enrolled. */
export const PEOPLE: readonly Person[] = [
  {
    identityId: 'ada',
    displayName: 'Ada',
    still: { photo: 'sample1.jpg', cropPx: box(1343, 66, 464, 500), treatment: 'none' },
    remark: 'from another photo than the clip: another room, light and pose',
  },
  {
    identityId: 'bea',
    displayName: 'Bea',
    still: { photo: 'sample3.jpg', cropPx: box(1383, 170, 430, 520), treatment: 'mirrored' },
    remark: SAME_PHOTO,
  },
  {
    identityId: 'cleo',
    displayName: 'Cleo',
    still: { photo: 'sample6.jpg', cropPx: box(1390, 150, 400, 520), treatment: 'mirrored' },
    remark: SAME_PHOTO,
  },
];

/** Who can be seen in a photo; `null` is somebody who is enrolled nowhere. */
export interface SeenFace {
  readonly boxPx: Box;
  readonly identityId: string | null;
}

/** Where the camera looks: a window of 16:9 onto the photo, by its left top corner and width. */
export interface View {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}
/** A part of the clip in which the picture gets bad and good again, worst in its middle. */
export interface Trouble {
  readonly fromMs: number;
  readonly toMs: number;
  readonly blurSigma?: number;
  /** Share of the light that is left. */
  readonly light?: number;
}
export interface Scene {
  readonly name: string;
  readonly photo: string;
  readonly from: View;
  readonly to: View;
  readonly troubles: readonly Trouble[];
  readonly faces: readonly SeenFace[];
}

/** The clips: slow pans over one photo each, with blurred and dark moments. */
export const SCENES: readonly Scene[] = [
  {
    name: 'lounge',
    photo: 'sample3.jpg',
    from: { left: 420, top: 130, width: 1000 },
    to: { left: 860, top: 110, width: 1040 },
    troubles: [
      { fromMs: 1200, toMs: 2600, blurSigma: 5 },
      { fromMs: 3000, toMs: 4400, light: 0.25 },
    ],
    faces: [
      { boxPx: box(585, 329, 198, 270), identityId: null },
      { boxPx: box(1072, 215, 225, 298), identityId: 'ada' },
      { boxPx: box(1513, 288, 170, 283), identityId: 'bea' },
    ],
  },
  {
    name: 'window',
    photo: 'sample6.jpg',
    from: { left: 150, top: 220, width: 1150 },
    to: { left: 730, top: 190, width: 1100 },
    troubles: [
      { fromMs: 400, toMs: 2200, light: 0.4 },
      { fromMs: 3400, toMs: 4800, blurSigma: 6 },
    ],
    faces: [
      { boxPx: box(249, 467, 210, 293), identityId: null },
      { boxPx: box(679, 318, 160, 309), identityId: null },
      { boxPx: box(1180, 307, 189, 277), identityId: null },
      { boxPx: box(1486, 259, 209, 300), identityId: 'cleo' },
    ],
  },
  {
    name: 'stairs',
    photo: 'sample5.jpg',
    from: { left: 260, top: 600, width: 1200 },
    to: { left: 560, top: 60, width: 1240 },
    troubles: [
      { fromMs: 800, toMs: 2000, blurSigma: 5 },
      { fromMs: 3200, toMs: 4600, light: 0.3 },
    ],
    faces: [
      { boxPx: box(376, 861, 173, 299), identityId: null },
      { boxPx: box(596, 414, 166, 249), identityId: null },
      { boxPx: box(786, 108, 155, 213), identityId: null },
      { boxPx: box(1111, 196, 162, 240), identityId: null },
      { boxPx: box(1404, 386, 169, 276), identityId: null },
    ],
  },
];

function box(x: number, y: number, width: number, height: number): Box {
  return { x, y, width, height };
}
