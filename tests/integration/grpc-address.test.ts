import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rejection, runServer } from '../helpers/grpc-server.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clipid-address-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Leaves a socket file behind, as a killed process does. */
async function abandonSocket(path: string): Promise<void> {
  const script = join(folder, 'die.mjs');
  await writeFile(
    script,
    `import { createServer } from 'node:net';
     createServer().listen(process.argv[2], () => process.kill(process.pid, 'SIGKILL'));`,
  );
  await once(fork(script, [path], { execArgv: [] }), 'exit');
  await rm(script);
}

it('takes over the socket of a dead process, and leaves none behind', async () => {
  const path = join(folder, 'clipid.sock');
  await abandonSocket(path);
  expect(await readdir(folder)).toEqual(['clipid.sock']);
  const running = await runServer({ address: `unix:${path}` });
  expect(running.server.port).toBeUndefined();
  await running.client.galleries.listGalleries({});
  await running.stop();
  expect(await readdir(folder)).toEqual([]);
});

it('refuses an address that is in use', async () => {
  const address = `unix:${join(folder, 'clipid.sock')}`;
  const first = await runServer({ address });
  expect(await rejection(runServer({ address }))).toMatchObject({ code: 'UNAVAILABLE' });
  const second = await runServer();
  const taken = rejection(runServer({ address: second.server.address }));
  expect(await taken).toMatchObject({ code: 'UNAVAILABLE', field: 'address' });
  await first.client.galleries.listGalleries({});
  await Promise.all([first.stop(), second.stop()]);
});

it('refuses what is no address', async () => {
  expect(await rejection(runServer({ address: 'nowhere' }))).toMatchObject({
    code: 'FIELD_INVALID',
  });
});

it('closes twice as once, and says when nobody answers', async () => {
  const running = await runServer();
  await running.client.waitForReady(2000);
  await Promise.all([running.server.close(), running.server.close()]);
  expect(await rejection(running.client.waitForReady(100))).toMatchObject({ code: 'UNAVAILABLE' });
  await running.stop();
});
