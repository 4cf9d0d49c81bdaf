import { ClipidError } from '../../core/errors.js';
import type { NetworkInput, NetworkSpec } from './network-runner.js';

/** Numbers of one picture. */
export function pictureLength({ widthPx, heightPx }: NetworkSpec): number {
  return widthPx * heightPx * 3;
}

/** Black pictures, all numbers 0. */
export function blankInput(spec: NetworkSpec, count: number): NetworkInput {
  const length = count * pictureLength(spec);
  return spec.input.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
}

/** Throws INTERNAL: the caller did not do as the spec says. */
export function checkInput(spec: NetworkSpec, input: NetworkInput, count: number): void {
  const type = input instanceof Uint8Array ? 'uint8' : 'float32';
  const length = count * pictureLength(spec);
  const isCount = Number.isInteger(count) && count >= 1;
  if (isCount && type === spec.input.type && input.length === length) return;
  throw new ClipidError(
    'INTERNAL',
    `${spec.name} takes ${length} ${spec.input.type} for ${count} pictures, not ${input.length} ${type}.`,
  );
}
