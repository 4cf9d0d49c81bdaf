import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { DEPLOY } from './compose-files.js';

const PROBE = fileURLToPath(new URL('probe.js', DEPLOY));
let server: Server | undefined;
afterEach(() => server?.close());

/** A process that is live and not ready yet; the address as an image has it. */
async function startingProcess(): Promise<string> {
  const started = createServer((request, response) => {
    response.writeHead(request.url === '/livez' ? 200 : 503).end(`asked for ${request.url ?? ''}`);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `0.0.0.0:${(started.address() as AddressInfo).port}`;
}

function probe(path: string, address: string): Promise<{ exitCode: number; said: string }> {
  const env = { ...process.env, CLIPID_HTTP_ADDRESS: address };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROBE, path], { env }, (_error, said) =>
      resolve({ exitCode: child.exitCode ?? -1, said }),
    );
  });
}

it('is content with a process that says it is well, and shows what it said', async () => {
  const address = await startingProcess();
  expect(await probe('/livez', address)).toEqual({ exitCode: 0, said: 'asked for /livez' });
});

it('fails where the answer is no', async () => {
  const address = await startingProcess();
  expect(await probe('/readyz', address)).toEqual({ exitCode: 1, said: 'asked for /readyz' });
});

it('fails where nobody answers', async () => {
  const address = await startingProcess();
  server?.close();
  const { exitCode, said } = await probe('/livez', address);
  expect([exitCode, said]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
});
