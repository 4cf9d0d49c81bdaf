import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalClip } from '../../services/video/port.js';

/** Left half red, right half blue: tells which way up a picture is. */
export const TWO_HALVES = 'color=red:s=160x120:r=25,drawbox=x=80:y=0:w=80:h=120:c=blue:t=fill';

/** A temporary folder of clips that ffmpeg makes; nothing is committed. */
export class ClipFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'clipid-test-'));

  constructor(private readonly ffmpegPath: string) {}

  /** Runs ffmpeg with these arguments and a new file's name; resolves to the file's path. */
  make(name: string, ...args: string[]): string {
    const path = join(this.path, name);
    const all = ['-nostdin', '-v', 'error', '-y', ...args, path];
    execFileSync(this.ffmpegPath, all, { stdio: ['ignore', 'ignore', 'inherit'] });
    return path;
  }

  /** A moving test picture. */
  video(name: string, options: VideoOptions = {}): string {
    const { size = '160x120', fps = 25, seconds = 2, encode = ['-c:v', 'libx264'] } = options;
    const source = `testsrc=size=${size}:rate=${fps}:duration=${seconds}`;
    const filters = options.filters === undefined ? [] : ['-vf', options.filters];
    const pixels = ['-pix_fmt', options.pixelFormat ?? 'yuv420p'];
    return this.make(name, '-f', 'lavfi', '-i', source, ...filters, ...pixels, ...encode);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** A copy of the first part of a file. */
  cut(name: string, from: string, share: number): string {
    const bytes = readFileSync(from);
    return this.write(name, bytes.subarray(0, Math.floor(bytes.length * share)));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface VideoOptions {
  readonly size?: string;
  readonly fps?: number;
  readonly seconds?: number;
  readonly filters?: string;
  readonly pixelFormat?: string;
  readonly encode?: readonly string[];
}

/** A local file as a fetcher would hand it over. */
export function localClip(path: string): LocalClip {
  return { path, sizeBytes: 1, release: () => Promise.resolve() };
}

/** Marks an mp4 as filmed with the phone on its side: writes the display matrix into its track. */
export function turnClockwise(mp4: Uint8Array): Uint8Array {
  const bytes = Buffer.from(mp4);
  const matrixAt = bytes.indexOf('tkhd') + 4 + 40;
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  matrix.forEach((value, index) => bytes.writeInt32BE(value, matrixAt + 4 * index));
  return bytes;
}
