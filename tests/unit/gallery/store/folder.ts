import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A data folder that is not there yet; it goes when the test ends. */
export function freshFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'clipid-data-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}
