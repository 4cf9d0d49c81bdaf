import { meanOf } from '../features.js';
import {
  discriminants,
  type LinearMap,
  ofAll,
  type Training,
  whitening,
  withinPeople,
} from './linear-maps.js';
import type { Looks } from './looks.js';

/** A way to make a face's feature, and what is done to it afterwards. */
export interface Variant {
  readonly name: string;
  /** Runs of the network a face. */
  readonly passes: number;
  readonly feature: (looks: Looks) => Float32Array;
  /** Learned from the features of other people; null for none. */
  readonly learn: ((training: Training) => LinearMap) | null;
}

/** The framings with these places in `SCALES`, plain or with their mirror images. */
function framings(places: readonly number[], mirrored: boolean): Variant['feature'] {
  return (looks) => meanOf(places.flatMap((at) => looks[at]?.slice(0, mirrored ? 2 : 1) ?? []));
}

const mirrored = framings([0], true);
const learned = (name: string, learn: Variant['learn']): Variant => {
  return { name, passes: 2, feature: mirrored, learn };
};

/** What the bundle does; the others are held against it. */
export const BASE: Variant = learned('face and mirror image (the bundle)', null);

export const VARIANTS: readonly Variant[] = [
  { name: 'face alone', passes: 1, feature: framings([0], false), learn: null },
  { name: 'larger by 1.1, mirrored', passes: 2, feature: framings([2], true), learn: null },
  { name: 'larger by 1.2, mirrored', passes: 2, feature: framings([3], true), learn: null },
  { name: '1 and 1.1, not mirrored', passes: 2, feature: framings([0, 2], false), learn: null },
  { name: '1 and 1.1, mirrored', passes: 4, feature: framings([0, 2], true), learn: null },
  { name: '0.9 and 1, mirrored', passes: 4, feature: framings([0, 1], true), learn: null },
  { name: '0.9, 1, 1.1, mirrored', passes: 6, feature: framings([0, 1, 2], true), learn: null },
  { name: '1, 1.1, 1.2, mirrored', passes: 6, feature: framings([0, 2, 3], true), learn: null },
  learned('WCCN, shrunk by 0.1', (people) => whitening(withinPeople(people), 0.1)),
  learned('WCCN, shrunk by 0.5', (people) => whitening(withinPeople(people), 0.5)),
  learned('WCCN, shrunk by 0.9', (people) => whitening(withinPeople(people), 0.9)),
  learned('PCA whitening, shrunk by 0.1', (people) => whitening(ofAll(people), 0.1)),
  learned('PCA whitening, shrunk by 0.5', (people) => whitening(ofAll(people), 0.5)),
  learned('LDA, 7 dimensions', (people) => discriminants(people, 0.5)),
];
