import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadConfig } from '../../config.js';
import { makeClips } from './make-clips.js';
import { toolsOf, type DemoSettings } from './run-demo.js';

/** The demo's clips and nothing else; prints the uri of each, for a command that takes uris. */
export async function printClips({ folder, terminal, signal }: DemoSettings): Promise<void> {
  const tools = toolsOf(loadConfig());
  await makeClips(join(resolve(folder), 'clips'), tools, signal, ({ path }) =>
    terminal.result(pathToFileURL(path).href),
  );
}
