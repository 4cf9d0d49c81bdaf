import type { Config } from '../config.js';
import type { ClipidError } from '../core/errors.js';
import type { Logger } from '../ops/port.js';

export interface ServiceOptions {
  readonly config: Config;
  /** `host:port` (port 0: any that is free) or `unix:/path`. */
  readonly grpcAddress: string;
  /** Null for no HTTP. */
  readonly httpAddress: string | null;
  /** A folder whose clips are ingested as they come, into `config.watchGallery`. */
  readonly watch: string | null;
  /** The caller is the user of this machine: any file that they may read may be named. */
  readonly allowAnyFile?: boolean;
  readonly logger?: Logger;
  readonly onProgress?: (progress: ServiceProgress) => void;
  /** The intake stopped for good (disk full, models lost): the process should end. */
  readonly onFatal?: (error: ClipidError) => void;
}

export interface ServiceProgress {
  readonly galleryId: string;
  readonly clipId: string;
  readonly uri: string;
  readonly timestampMs: number;
  readonly durationMs: number;
  readonly faceCount: number;
}

/** What a role comes to once it runs. */
export interface RunningRole {
  readonly bundleId: string;
  /** '' where it serves no calls. */
  readonly grpcAddress: string;
  /** Takes no more work; what runs has the grace period from now on. */
  drain(): void;
}

/** The intake stops for good: whoever supervises the process must see it end. */
export function fatalTeller(
  { onFatal }: ServiceOptions,
  logger: Logger,
): (error: ClipidError) => void {
  return (err) => {
    logger.fatal({ code: err.code, err }, 'the intake has stopped; clips stay queued');
    onFatal?.(err);
  };
}
