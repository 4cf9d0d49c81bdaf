import { createHash } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTools, type ToolSettings } from '../../video/tools.js';
import { CLIP_MS, FPS, HEIGHT_PX, WIDTH_PX } from './camera.js';
import { SCENES, type Scene } from './cast.js';
import { encodeClip } from './encode.js';
import { photoPath } from './photos.js';
import { renderFrames } from './render.js';

/** Raise it when frames are drawn in another way. */
const VERSION = 1;

export interface DemoClip {
  readonly scene: Scene;
  readonly path: string;
  /** Whether it was there from an earlier run. */
  readonly reused: boolean;
}

/** The clips of the demo, made where they are missing: the name holds a hash of all that is in them. */
export async function makeClips(
  folder: string,
  tools: ToolSettings,
  signal: AbortSignal,
  onClip: (clip: DemoClip) => void,
  scenes: readonly Scene[] = SCENES,
): Promise<DemoClip[]> {
  await mkdir(folder, { recursive: true });
  const clips: DemoClip[] = [];
  for (const scene of scenes) {
    const path = join(folder, `${scene.name}-${await hashOf(scene)}.mp4`);
    const reused = await exists(path);
    if (!reused) {
      const { ffmpeg } = await findTools(tools);
      await encodeClip(ffmpeg.path, renderFrames(scene), path, signal);
    }
    clips.push({ scene, path, reused });
    onClip({ scene, path, reused });
  }
  return clips;
}

async function hashOf({ name, photo, from, to, troubles }: Scene): Promise<string> {
  const format = [VERSION, CLIP_MS, FPS, WIDTH_PX, HEIGHT_PX];
  return createHash('sha256')
    .update(JSON.stringify([format, name, from, to, troubles]))
    .update(await readFile(photoPath(photo)))
    .digest('hex')
    .slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
