import type { Box } from '../../core/boxes.js';
import type { Scene, SeenFace, Trouble, View } from './cast.js';

export const CLIP_MS = 5000;
export const FPS = 25;
export const WIDTH_PX = 854;
export const HEIGHT_PX = 480;
/** A hand that holds a camera is never quite still. */
const SHAKE_PX = 4;

export interface PictureState {
  readonly view: View;
  /** 0 for a sharp picture. */
  readonly blurSigma: number;
  /** 1 for full light. */
  readonly light: number;
}

/** What the camera sees at a time of the clip. */
export function cameraAt(scene: Scene, timeMs: number): PictureState {
  const trouble = scene.troubles.find(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
  const amount = trouble === undefined ? 0 : amountOf(trouble, timeMs);
  return {
    view: viewAt(scene, timeMs),
    blurSigma: amount * (trouble?.blurSigma ?? 0),
    light: 1 - amount * (1 - (trouble?.light ?? 1)),
  };
}

/** Trouble comes and goes, from 0 to 1 and back: light that is switched off would be a cut. */
function amountOf({ fromMs, toMs }: Trouble, timeMs: number): number {
  return Math.sin((Math.PI * (timeMs - fromMs)) / (toMs - fromMs)) ** 2;
}

function viewAt({ from, to }: Scene, timeMs: number): View {
  const share = easeInOut(Math.min(Math.max(timeMs / CLIP_MS, 0), 1));
  const between = (a: number, b: number): number => a + (b - a) * share;
  return {
    left: Math.round(between(from.left, to.left) + SHAKE_PX * Math.sin(timeMs / 170)),
    top: Math.round(between(from.top, to.top) + SHAKE_PX * Math.cos(timeMs / 230)),
    width: Math.round(between(from.width, to.width)),
  };
}

/** The window's height for the clip's shape. */
export function viewHeight(view: View): number {
  return Math.round((view.width * HEIGHT_PX) / WIDTH_PX);
}

/**
 * Whose face a box of the clip shows, by where the camera looked then: the truth that the demo is
 * judged by. Undefined where there is no face in the photo. box: in shares of the picture.
 */
export function personAt(scene: Scene, timeMs: number, box: Box): SeenFace | undefined {
  const { view } = cameraAt(scene, timeMs);
  const x = view.left + (box.x + box.width / 2) * view.width;
  const y = view.top + (box.y + box.height / 2) * viewHeight(view);
  return scene.faces.find(({ boxPx }) => isInside(boxPx, x, y));
}

function isInside(box: Box, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

function easeInOut(share: number): number {
  return share * share * (3 - 2 * share);
}
