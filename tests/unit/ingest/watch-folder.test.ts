import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ClipidError } from '../../../services/core/errors.js';
import type { FileClip } from '../../../services/ingest/take-file.js';
import { FolderWatch } from '../../../services/ingest/watch-folder.js';

const SETTLE_MS = 300;
let folder: string;
let submitted: FileClip[];
let errors: [path: string, error: ClipidError][];

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'clipid-watch-'));
  folder = root;
  [submitted, errors] = [[], []];
  return () => rmSync(root, { recursive: true, force: true });
});

function watch(submit: (file: FileClip) => Promise<void> = () => Promise.resolve()): FolderWatch {
  const started = FolderWatch.start(
    { folder, galleryId: 'g', settleMs: SETTLE_MS },
    {
      submit: (file) => {
        submitted.push(file);
        return submit(file);
      },
      onError: (path, error) => errors.push([path, error]),
    },
  );
  onTestFinished(() => started.close());
  return started;
}

const put = (name: string, content = name): void => writeFileSync(join(folder, name), content);
const names = (): string[] => submitted.map(({ uri }) => basename(fileURLToPath(uri)));

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isSo(); tries++) await delay(25);
  if (!isSo()) throw new Error(`submitted: ${names().join(', ')}`);
}
/** Long enough for anything that is still to come. */
const quiet = (): Promise<void> => delay(SETTLE_MS + 500);

describe('FolderWatch', () => {
  it('submits what is there and what comes, by its content', async () => {
    put('old.mp4', 'one');
    watch();
    await until(() => submitted.length === 1);
    put('new one.mp4', 'two');
    await until(() => submitted.length === 2);
    expect(names()).toEqual(['old.mp4', 'new one.mp4']);
    expect(submitted[0]).toEqual({
      galleryId: 'g',
      clipId: 'clip-7692c3ad3540bb803c020b3a', // of sha256('one')
      uri: `file://${folder}/old.mp4`,
    });
    expect(submitted[1]?.uri).toContain('new%20one.mp4');
  });

  it.each([
    ['that came', 500],
    ['that was there at the start', 0],
  ])('waits for a file %s and is still being written', async (_name, waitMs) => {
    if (waitMs === 0) put('slow.mp4', 'a');
    watch();
    await delay(waitMs);
    if (waitMs > 0) put('slow.mp4', 'a');
    for (let i = 0; i < 6; i++) {
      await delay(150);
      appendFileSync(join(folder, 'slow.mp4'), 'b');
    }
    expect(submitted).toEqual([]);
    await until(() => submitted.length === 1);
    put('whole.mp4', 'abbbbbb');
    await until(() => names().includes('whole.mp4'));
    expect(new Set(submitted.map(({ clipId }) => clipId)).size).toBe(1);
    expect(errors).toEqual([]);
  });

  it('gives the same content the same id, under another name and after a restart', async () => {
    put('a.mp4', 'same');
    const first = watch();
    await until(() => submitted.length === 1);
    renameSync(join(folder, 'a.mp4'), join(folder, 'b.mp4'));
    await until(() => submitted.length === 2);
    await first.close();
    watch();
    await until(() => submitted.length === 3);
    expect(names()).toEqual(['a.mp4', 'b.mp4', 'b.mp4']);
    expect(new Set(submitted.map(({ clipId }) => clipId)).size).toBe(1);
  });

  it('submits a file again when it has other content', async () => {
    put('a.mp4', 'first');
    watch();
    await until(() => submitted.length === 1);
    put('a.mp4', 'second and longer');
    await until(() => submitted.length === 2);
    expect(submitted[0]?.clipId).not.toBe(submitted[1]?.clipId);
  });

  it('looks into folders, also new ones, and not at hidden files', async () => {
    watch();
    mkdirSync(join(folder, 'monday/door'), { recursive: true });
    put('monday/door/a.mp4');
    mkdirSync(join(folder, '.trash'));
    put('.trash/b.mp4');
    put('.part.mp4');
    await until(() => submitted.length === 1);
    await quiet();
    expect(names()).toEqual(['a.mp4']);
  });

  it('watches a folder whose own name is hidden', async () => {
    folder = join(folder, '.clips');
    mkdirSync(folder);
    put('a.mp4');
    watch();
    await until(() => submitted.length === 1);
  });

  it('gets over a file that goes before it is read', async () => {
    watch();
    await delay(200);
    put('gone.mp4');
    await delay(100);
    rmSync(join(folder, 'gone.mp4'));
    put('stays.mp4');
    await until(() => submitted.length > 0);
    await quiet();
    expect(names()).toEqual(['stays.mp4']);
  });

  it('tells of a file that was not taken, and goes on with the next', async () => {
    put('a.mp4');
    put('b.mp4');
    watch(({ uri }) =>
      uri.endsWith('a.mp4') ? Promise.reject(new Error('full')) : Promise.resolve(),
    );
    await until(() => submitted.length === 2);
    await until(() => errors.length === 1);
    expect(errors).toMatchObject([[join(folder, 'a.mp4'), { code: 'INTERNAL', message: 'full' }]]);
  });

  it('invariant 8: is not held up by a pipe or by a link to a device', async () => {
    execFileSync('mkfifo', [join(folder, 'a-pipe.mp4')]);
    symlinkSync('/dev/zero', join(folder, 'b-device.mp4'));
    put('c.mp4');
    const watching = watch();
    await until(() => submitted.length === 1);
    await quiet();
    expect(names()).toEqual(['c.mp4']);
    for (const [, error] of errors) expect(error.code).toBe('URI_FORBIDDEN');
    await watching.close();
  });

  it('submits nothing after it was closed', async () => {
    const watching = watch();
    await delay(200);
    put('a.mp4');
    await watching.close();
    await quiet();
    expect(submitted).toEqual([]);
  });
});
