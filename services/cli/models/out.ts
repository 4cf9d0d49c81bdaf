import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';

export interface OutFlags {
  readonly out?: string;
  readonly name?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `--out`, `--name`, `--force`: where a new bundle goes. */
export function addOut(command: Command): Command {
  return command
    .option('--name <name>', 'name of the bundle')
    .option('--out <folder>', 'where it is written (default: its name in the models folder)')
    .option('--force', 'replace a bundle that is there');
}

/** Absolute, and free to be written. Throws FIELD_INVALID where it is not. */
export async function outFolder({ out, force }: OutFlags, name: string): Promise<string> {
  const { requireFreeFolder } = await import('../../models/write-bundle.js');
  const folder = resolve(out ?? join(loadConfig().models, name));
  await requireFreeFolder(folder, force === true);
  return folder;
}
