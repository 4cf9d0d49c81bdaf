import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../../services/gallery/store/open-store.js';
import { freshFolder } from './folder.js';

const program = fileURLToPath(new URL('./hold.ts', import.meta.url));

/** Starts a process that holds the folder, and waits until it does. */
async function hold(folder: string, ...rest: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder, ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the lock on a data folder', () => {
  it('names the process that holds it, and the two ways on', async () => {
    const folder = freshFolder();
    const child = await hold(folder, '127.0.0.1:50051');
    const held = ((): unknown => {
      try {
        openStore(folder);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(held).toMatchObject({ code: 'DATA_LOCKED', canRetry: false });
    const message = String(held);
    expect(message).toContain(folder);
    expect(message).toContain(`process ${child.pid ?? 0} (serve, serving at 127.0.0.1:50051)`);
    expect(message).toContain('Stop that process, or ask it: --server 127.0.0.1:50051');
  });

  it('goes with kill -9, and what was committed stays', async () => {
    const folder = freshFolder();
    await kill(await hold(folder));
    expect(existsSync(join(folder, 'holder.json'))).toBe(true);
    const store = openStore(folder);
    expect(store.gallery('g')).toBeDefined();
    store.close();
  });

  it('is kept by a second store of the same process too, and goes with close', () => {
    const folder = freshFolder();
    const store = openStore(folder, 'ingest');
    expect(() => openStore(folder)).toThrow(`process ${process.pid} (ingest)`);
    store.close();
    store.close();
    expect(existsSync(join(folder, 'holder.json'))).toBe(false);
    openStore(folder).close();
  });

  it('is on files that only this user can read', () => {
    const folder = freshFolder();
    const store = openStore(folder);
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect(mode(folder)).toBe(0o700);
    for (const name of ['clipid.sqlite', 'clipid.sqlite-wal', 'holder.json']) {
      expect([name, mode(join(folder, name))]).toEqual([name, 0o600]);
    }
    store.close();
  });
});
