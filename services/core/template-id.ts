import { createHash } from 'node:crypto';

/**
 * The id of the template of one track: the same clip seen twice gives the same ids, so replays and
 * repeats change nothing (invariant 2). Lengths are part of the hash, so no two inputs run together.
 * Returns 32 hexadecimal digits (128 bits of SHA-256).
 */
export function templateId(
  galleryId: string,
  bundleId: string,
  clipId: string,
  trackIndex: number,
): string {
  const hash = createHash('sha256');
  for (const part of [galleryId, bundleId, clipId, String(trackIndex)]) {
    hash.update(`${Buffer.byteLength(part)}:${part};`);
  }
  return hash.digest('hex').slice(0, 32);
}
