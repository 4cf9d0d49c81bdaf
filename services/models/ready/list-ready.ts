import { ClipidError } from '../../core/errors.js';
import { ADAFACE_IR101 } from './adaface-ir101.js';
import { ANTELOPE_V2 } from './insightface-antelopev2.js';
import { BUFFALO_L } from './insightface-buffalo-l.js';
import { BUFFALO_S } from './insightface-buffalo-s.js';
import { OPENCV_ZOO } from './opencv-zoo.js';
import type { ReadyBundle } from './ready-bundle.js';

const READY: readonly ReadyBundle[] = [
  BUFFALO_L,
  BUFFALO_S,
  ANTELOPE_V2,
  OPENCV_ZOO,
  ADAFACE_IR101,
];

/** The bundles whose manifests come with clipid; their files do not. */
export function listReady(): readonly ReadyBundle[] {
  return READY;
}

/** Throws FIELD_INVALID, naming what there is. */
export function findReady(name: string): ReadyBundle {
  const found = READY.find(({ manifest }) => manifest.name === name);
  if (found !== undefined) return found;
  const names = READY.map(({ manifest }) => manifest.name).join(', ');
  throw new ClipidError(
    'FIELD_INVALID',
    `There is no ready bundle of this name. There are: ${names}.`,
    { field: 'name' },
  );
}
