import type { FetchPolicy } from './fetch-policy.js';
import { SchemeFetcher } from './fetch.js';
import { FfmpegDecoder } from './ffmpeg-decoder.js';
import type { HttpTimes } from './http-settings.js';
import type { VideoLimits } from './limits.js';
import type { ClipFetcher, FrameDecoder } from './port.js';
import { findTools, type Tools, type ToolSettings } from './tools.js';

export interface VideoOptions {
  readonly policy: FetchPolicy;
  readonly tools?: ToolSettings;
  readonly limits?: Partial<VideoLimits>;
  /** Of one decode; 1 when absent. */
  readonly threads?: number;
  readonly times?: Partial<HttpTimes>;
  readonly temporaryFolder?: string;
}

export interface Video {
  readonly fetcher: ClipFetcher;
  readonly decoder: FrameDecoder;
  /** What was found, with notices for the log. */
  readonly tools: Tools;
}

/** The video capability of a process. Throws TOOL_MISSING. */
export async function createVideo(options: VideoOptions): Promise<Video> {
  const tools = await findTools(options.tools);
  const decoder = new FfmpegDecoder({
    ffmpegPath: tools.ffmpeg.path,
    ffprobePath: tools.ffprobe.path,
    threads: options.threads ?? 1,
    limits: options.limits ?? {},
  });
  return { fetcher: new SchemeFetcher(options), decoder, tools };
}
