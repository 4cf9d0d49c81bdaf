import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';

/**
 * Who holds the data folder, for the person who finds it locked. The file informs and locks nothing:
 * the lock itself is the operating system's and goes with the process, however it ends.
 */
const holderSchema = z.object({
  pid: z.number().int(),
  command: z.string(),
  address: z.string().nullable(),
});
export type Holder = z.infer<typeof holderSchema>;

const FILE_NAME = 'holder.json';

/** Written whole or not at all: a reader never sees half of it. */
export function writeHolder(dataFolder: string, holder: Holder): void {
  const path = join(dataFolder, FILE_NAME);
  writeFileSync(`${path}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeHolder(dataFolder: string): void {
  rmSync(join(dataFolder, FILE_NAME), { force: true });
}

/** The error for a folder that another process holds: who, and the two ways on. */
export function lockedError(dataFolder: string, cause: unknown): ClipidError {
  const holder = readHolder(dataFolder);
  const who = holder === undefined ? 'another process' : describe(holder);
  const server = holder?.address ?? '<address>';
  return new ClipidError(
    'DATA_LOCKED',
    `The data folder ${dataFolder} is held by ${who}. Stop that process, or ask it: --server ${server}`,
    { cause, details: detailsOf(dataFolder, holder) },
  );
}

function describe(holder: Holder): string {
  const where = holder.address === null ? '' : `, serving at ${holder.address}`;
  return `process ${holder.pid} (${holder.command}${where})`;
}

function detailsOf(dataFolder: string, holder: Holder | undefined): Record<string, string> {
  if (holder === undefined) return { dataFolder };
  const address = holder.address === null ? {} : { address: holder.address };
  return { dataFolder, pid: String(holder.pid), command: holder.command, ...address };
}

function readHolder(dataFolder: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(dataFolder, FILE_NAME), 'utf8')));
  } catch {
    return undefined; // Absent or from another version: the message then names no process.
  }
}
