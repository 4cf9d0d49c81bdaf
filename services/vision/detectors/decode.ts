import type { DetectorPart } from '../../models/manifest.js';
import type { NetworkOutput } from '../runtime/network-runner.js';
import type { Detection, PlacedFrame } from './detection.js';
import { decodeRetinaFace } from './retinaface.js';
import { decodeScrfd } from './scrfd.js';
import { decodeSsd } from './ssd.js';
import { decodeYuNet } from './yunet.js';

/** What a detector's outputs say, by its family: faces in frame pixels, best first. Throws BUNDLE_INVALID. */
export function decodeFaces(
  outputs: readonly NetworkOutput[],
  part: DetectorPart,
  placed: PlacedFrame,
): Detection[] {
  switch (part.family) {
    case 'ssd':
      return decodeSsd(outputs, part, placed);
    case 'scrfd':
      return decodeScrfd(outputs, part, placed);
    case 'retinaface':
      return decodeRetinaFace(outputs, part, placed);
    case 'yunet':
      return decodeYuNet(outputs, part, placed);
  }
}
