import { createHash } from 'node:crypto';
import type { ClipRow } from '../../gallery/port.js';

/**
 * The id of an event of a submission: the same event gives the same id, however often it is made.
 * Lengths are part of the hash, so no two inputs run together. 32 hexadecimal digits (128 bits of
 * SHA-256).
 */
export function eventIdOf(
  kind: string,
  { galleryId, clipId, submissionId }: ClipRow,
  ...rest: readonly string[]
): string {
  const hash = createHash('sha256');
  for (const part of [kind, galleryId, clipId, submissionId, ...rest]) {
    hash.update(`${Buffer.byteLength(part)}:${part};`);
  }
  return hash.digest('hex').slice(0, 32);
}
