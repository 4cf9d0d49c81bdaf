import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ClipidError } from '../../core/errors.js';

/** One person's files, in order of name. */
export interface PersonFiles {
  readonly name: string;
  readonly pictures: readonly string[];
  readonly clips: readonly string[];
}

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff', '.avif']);
const CLIPS = new Set(['.mp4', '.mov', '.mkv', '.webm', '.avi', '.ts', '.m4v', '.mpg', '.mpeg']);
const MOST_FILES = 5_000_000;

/**
 * People as folders in `folder`, in order of name; hidden entries and files of other kinds are passed
 * over. Of each at most `most` files, evenly spread. Throws FIELD_INVALID for a folder without people,
 * CLIP_UNREACHABLE for one that cannot be read, LIMIT_EXCEEDED.
 */
export async function readPeople(folder: string, most: number): Promise<PersonFiles[]> {
  const people: PersonFiles[] = [];
  let files = 0;
  for (const name of await list(folder, (entry) => entry.isDirectory())) {
    const own = await list(join(folder, name), (entry) => entry.isFile());
    const ofKind = (kinds: ReadonlySet<string>): string[] =>
      spread(
        own.filter((file) => kinds.has(extname(file).toLowerCase())),
        most,
      ).map((file) => join(folder, name, file));
    const person = { name, pictures: ofKind(PICTURES), clips: ofKind(CLIPS) };
    files += person.pictures.length + person.clips.length;
    if (files > MOST_FILES) {
      throw new ClipidError('LIMIT_EXCEEDED', `${folder} has more than ${MOST_FILES} files.`);
    }
    if (person.pictures.length + person.clips.length > 0) people.push(person);
  }
  if (people.length > 0) return people;
  const text = `${folder} has no people: it must hold one folder a person, with pictures or clips in it.`;
  throw new ClipidError('FIELD_INVALID', text, { field: 'data' });
}

type Entry = Awaited<ReturnType<typeof entriesOf>>[number];

async function list(folder: string, isWanted: (entry: Entry) => boolean): Promise<string[]> {
  const entries = await entriesOf(folder);
  const shown = entries.filter((entry) => !entry.name.startsWith('.') && isWanted(entry));
  return shown.map(({ name }) => name).sort();
}

function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const text = `The folder ${folder} cannot be read.`;
    throw new ClipidError('CLIP_UNREACHABLE', text, { cause, field: 'data' });
  });
}

/** At most `most` of the items, evenly spread. */
export function spread<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  const count = Math.min(most, items.length);
  const picked = Array.from({ length: count }, (_, i) => items[Math.floor(i * step)]);
  return picked.filter((item): item is T => item !== undefined);
}
