import { resolve } from 'node:path';
import { findTools } from '../../../services/video/tools.js';
import { ClipFolder } from '../../helpers/clips.js';
import { ADA_ALONE, film, LOUNGE, still, STRANGER_ALONE } from '../../helpers/service-people.js';

/** Files to be worked on, and how they go away again. */
export interface BenchClips {
  readonly paths: readonly string[];
  remove(): void;
}

const VIEWS = { one: ADA_ALONE, other: STRANGER_ALONE, three: LOUNGE };

/**
 * The given clips, or else three of a second each with one, one and three faces in them, made from the
 * photos of the demo: so small that what is done around the work on a clip shows.
 */
export async function benchClips(given: readonly string[]): Promise<BenchClips> {
  if (given.length > 0)
    return { paths: given.map((path) => resolve(path)), remove: () => undefined };
  const folder = new ClipFolder((await findTools()).ffmpeg.path);
  const paths: string[] = [];
  for (const [name, view] of Object.entries(VIEWS))
    paths.push(film(folder, `${name}.mp4`, await still(view), { size: '640:-2' }));
  return { paths, remove: () => folder.remove() };
}
