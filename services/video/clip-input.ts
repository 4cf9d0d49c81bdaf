import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ClipidError } from '../core/errors.js';

/**
 * How a program is given the clip: as its open file 3, never by name. A name could be read as a
 * pattern (`%03d`), a protocol (`concat:`) or an option, and its ending would choose the demuxer.
 * The file is also the very one that was checked, whatever happens to its path meanwhile.
 */
export const CLIP_INPUT = 'file:/dev/fd/3';

/**
 * Containers that hold their own data. Not here, and so refused: whatever names other files or hosts
 * or makes pictures out of nothing (hls, dash, concat, tee, image2, lavfi, sdp, rtsp, subtitles).
 */
const VIDEO_CONTAINERS =
  'mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,gif,apng,h264,hevc,av1,obu,m4v,mjpeg,dv,mxf,ivf,nut,rm,wtv,yuv4mpegpipe';
const PICTURE_CONTAINERS = 'png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe';
/** Read only to be able to say that there is no picture in them. */
const SOUND_CONTAINERS = 'wav,mp3,flac,aac,ac3,aiff,amr,caf';

/** Options before `-i` that bound what ffmpeg and ffprobe may open. */
export function inputGuards(maxPixels: number): string[] {
  const containers = `${VIDEO_CONTAINERS},${PICTURE_CONTAINERS},${SOUND_CONTAINERS}`;
  return [
    ...['-protocol_whitelist', 'file'],
    ...['-format_whitelist', containers],
    ...['-max_pixels', String(maxPixels)],
  ];
}

/**
 * Opens a clip for reading. Throws CLIP_UNREACHABLE when it is not there or cannot be read,
 * URI_FORBIDDEN when it is no regular file, CLIP_EMPTY.
 */
export async function openClip(path: string): Promise<FileHandle> {
  // O_NONBLOCK: a fifo in the file's place must not hang the open.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const handle = await open(path, flags).catch((cause: unknown) => {
    throw new ClipidError('CLIP_UNREACHABLE', 'The clip cannot be opened.', {
      field: 'uri',
      cause,
    });
  });
  try {
    await checkRegular(handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

async function checkRegular(handle: FileHandle): Promise<void> {
  const facts = await handle.stat();
  if (!facts.isFile()) {
    throw new ClipidError('URI_FORBIDDEN', 'A clip must be a regular file.', { field: 'uri' });
  }
  if (facts.size === 0) {
    throw new ClipidError('CLIP_EMPTY', 'The clip has no bytes.', { field: 'uri' });
  }
}
