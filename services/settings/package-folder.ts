import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The folder of package.json, from the source tree as well as from dist/. */
export function packageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const compiled = join('dist', 'services', 'settings');
  return here.endsWith(compiled) ? resolve(here, '../../..') : resolve(here, '../..');
}

/** The version in package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
