import { errorFromParts } from '../core/errors.js';
import type { ClipRow } from '../gallery/port.js';
import type { ClipService, SubmitClip } from '../identify/port.js';

/** A clip whose id is the content of its file. */
export type FileClip = SubmitClip & { readonly clipId: string };

/**
 * Submits a file. The same bytes under another name are the clip they were; only one that failed for
 * a passing reason, as when its file was moved away, is begun anew from here. One that failed for
 * good is left alone: the same bytes would fail at every start, or take the process with them again.
 */
export async function takeFile(clips: ClipService, file: FileClip): Promise<ClipRow> {
  const known = findClip(clips, file);
  if (known === undefined) return clips.submit(file);
  if (known.state !== 'FAILED' || !mayPass(known)) return known;
  if (known.uri !== file.uri) await clips.delete(file.galleryId, file.clipId);
  return clips.submit(file);
}

function findClip(clips: ClipService, { galleryId, clipId }: FileClip): ClipRow | undefined {
  try {
    return clips.get(galleryId, clipId);
  } catch {
    return undefined; // the gallery may be missing as well: submitting says so
  }
}

function mayPass({ errorCode }: ClipRow): boolean {
  return errorFromParts(errorCode ?? 'INTERNAL', '').canRetry;
}
