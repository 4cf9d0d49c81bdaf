import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ClipidError } from '../../core/errors.js';
import { FPS, HEIGHT_PX, WIDTH_PX } from './camera.js';

const run = promisify(execFile);
const INPUT = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${WIDTH_PX}x${HEIGHT_PX}`];
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'];
/** Part of ffmpeg itself, so that every build has it. */
const MPEG4 = ['-c:v', 'mpeg4', '-q:v', '3'];

/** Writes frames as a video file, which appears whole or not at all. */
export async function encodeClip(
  ffmpeg: string,
  frames: AsyncIterable<Buffer>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = `${file}.part`;
  const codec = (await hasH264(ffmpeg)) ? H264 : MPEG4;
  const output = [...codec, '-pix_fmt', 'yuv420p', '-f', 'mp4', '-y', unfinished];
  const args = ['-v', 'error', ...INPUT, '-r', String(FPS), '-i', 'pipe:0', ...output];
  try {
    await feed(ffmpeg, args, frames, signal);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function feed(
  ffmpeg: string,
  args: readonly string[],
  frames: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2000)));
  const ended = once(child, 'close');
  // When ffmpeg dies the pipe breaks first; what it said is the better message.
  const fed = pipeline(Readable.from(frames), child.stdin, { signal }).catch(() => undefined);
  const [code] = (await ended) as [number | null];
  await fed;
  if (code === 0) return;
  throw new ClipidError('TOOL_MISSING', `ffmpeg could not write the demo's clips: ${said.trim()}`);
}

async function hasH264(ffmpeg: string): Promise<boolean> {
  const { stdout } = await run(ffmpeg, ['-hide_banner', '-encoders'], { maxBuffer: 2 ** 22 });
  return /\blibx264\b/.test(stdout);
}
