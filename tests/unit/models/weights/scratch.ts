import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A folder for the tests of one file; `write` gives the path of what it wrote. */
export function scratchFolder(): {
  readonly at: (name: string) => string;
  readonly write: (name: string, bytes: Uint8Array) => string;
} {
  let folder = '';
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'clipid-weights-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  return {
    at,
    write: (name, bytes) => {
      writeFileSync(at(name), bytes);
      return at(name);
    },
  };
}
