import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../services/gallery/store/open-store.js';
import { storeContract } from './store.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

storeContract('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clipid-store-'));
  folders.push(folder);
  return openStore(folder);
});
