import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClipidError } from '../core/errors.js';
import type { ClipJob, ClipTracks, Sampling } from '../core/types.js';
import type { LocalClip } from '../video/port.js';
import {
  extractClip,
  extractLocal,
  type ExtractDeps,
  type ExtractProgress,
} from './extract-clip.js';

/** What to write into the result; and how densely to look, 8 frames a second unless told. */
export interface ExtractTarget {
  readonly galleryId: string;
  readonly clipId: string;
  readonly sampling?: Sampling;
}

/** The first stage with its tools in hand: for queued clips, and for what comes with a call. */
export class ClipExtractor {
  constructor(
    private readonly deps: ExtractDeps,
    private readonly defaultSampling: Sampling,
    /** For pictures that come with a call; private to this process. */
    private readonly temporaryFolder: string = tmpdir(),
  ) {}

  fromJob(
    job: ClipJob,
    signal: AbortSignal,
    onProgress?: (progress: ExtractProgress) => void,
  ): Promise<ClipTracks> {
    return extractClip(job, this.deps, signal, onProgress);
  }

  fromUri(uri: string, target: ExtractTarget, signal: AbortSignal): Promise<ClipTracks> {
    return extractClip({ ...this.toJob(target), uri }, this.deps, signal);
  }

  /** The bytes lie in a private temporary file while ffmpeg reads them, and nowhere afterwards. */
  async fromBytes(
    bytes: Uint8Array,
    target: ExtractTarget,
    signal: AbortSignal,
  ): Promise<ClipTracks> {
    if (bytes.length === 0)
      throw new ClipidError('CLIP_EMPTY', 'The picture has 0 bytes.', { field: 'image' });
    const path = join(this.temporaryFolder, `clipid-${randomUUID()}`);
    const clip: LocalClip = {
      path,
      sizeBytes: bytes.length,
      release: () => rm(path, { force: true }),
    };
    try {
      await writeFile(path, bytes, { mode: 0o600, signal });
      return await extractLocal({ ...this.toJob(target), uri: '' }, clip, this.deps, signal);
    } finally {
      await clip.release();
    }
  }

  private toJob({ galleryId, clipId, sampling }: ExtractTarget): Omit<ClipJob, 'uri'> {
    return { galleryId, clipId, sampling: sampling ?? this.defaultSampling };
  }
}
