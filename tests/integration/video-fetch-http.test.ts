import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClipidError } from '../../services/core/errors.js';
import { SchemeFetcher } from '../../services/video/fetch.js';

const never = new AbortController().signal;
const BODY = Buffer.alloc(50_000, 'clip');
const MAX_BYTES = 100_000;

let host = '';
const seen: IncomingMessage[] = [];

/** Each path is one way for a server to behave. */
const routes: Record<string, (response: ServerResponse, request: IncomingMessage) => void> = {
  '/clip': (response) => response.end(BODY),
  '/empty': (response) => response.end(),
  '/missing': (response) => response.writeHead(404).end('no'),
  '/announced': (response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  '/endless': (response) => {
    const more = (): void => void setImmediate(() => response.write(BODY, more));
    more();
  },
  '/stalls': (response) => response.write('some'),
  '/silent': () => undefined,
  '/breaks': (response) => {
    response.writeHead(200, { 'content-length': BODY.length });
    response.write('some', () => response.destroy());
  },
  '/drips': (response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/away': (response) => response.writeHead(302, { location: 'http://other.example/clip' }).end(),
  '/to-file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/absolute': (response) => response.writeHead(302, { location: `http://${host}/clip` }).end(),
  '/nowhere': (response) => response.writeHead(302).end(),
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  seen.push(request);
  const url = new URL(request.url ?? '/', 'http://here');
  const hops = /^\/hops\/(\d+)$/.exec(url.pathname)?.[1];
  if (hops === undefined) routes[url.pathname]?.(response, request);
  else {
    const location = hops === '1' ? '/clip' : `/hops/${Number(hops) - 1}`;
    response.writeHead(307, { location }).end();
  }
}

describe('fetching over http', () => {
  let server: Server;
  let folder: string;
  let fetcher: SchemeFetcher;

  beforeAll(async () => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), 'clipid-test-'));
    fetcher = new SchemeFetcher({
      policy: { allowedFolders: [], allowedHosts: [host], maxBytes: MAX_BYTES },
      times: { connectTimeoutMs: 300, idleTimeoutMs: 300, totalTimeoutMs: 1500 },
      temporaryFolder: folder,
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const fetchPath = (path: string, signal = never) =>
    fetcher.fetch(`http://${host}${path}`, signal);

  async function failure(path: string): Promise<ClipidError> {
    const error: unknown = await fetchPath(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ClipidError)) throw new Error(`${path} did not fail as it should`);
    expect(readdirSync(folder)).toEqual([]);
    return error;
  }

  it('downloads to a file that only we can read, and deletes it on release', async () => {
    const clip = await fetchPath('/clip?signature=abc');
    expect(clip.sizeBytes).toBe(BODY.length);
    expect(readFileSync(clip.path).equals(BODY)).toBe(true);
    expect(statSync(clip.path).mode & 0o777).toBe(0o600);
    await clip.release();
    await clip.release();
    expect(existsSync(clip.path)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('follows five redirects and no more', async () => {
    const clip = await fetchPath('/hops/5');
    expect(clip.sizeBytes).toBe(BODY.length);
    await clip.release();
    expect((await failure('/hops/6')).code).toBe('CLIP_UNREACHABLE');
    expect((await failure('/loop')).message).toContain('more than 5 times');
  });

  it.each([
    ['/away', 'URI_FORBIDDEN', 'other.example is not allowed'],
    ['/to-file', 'URI_FORBIDDEN', 'redirected to file:'],
    ['/nowhere', 'CLIP_UNREACHABLE', 'redirected to nowhere'],
    ['/missing', 'CLIP_UNREACHABLE', 'status 404'],
    ['/empty', 'CLIP_EMPTY', 'no bytes'],
    ['/announced', 'LIMIT_EXCEEDED', `limit maxBytes of ${MAX_BYTES} bytes`],
    ['/endless', 'LIMIT_EXCEEDED', `limit maxBytes of ${MAX_BYTES} bytes`],
    ['/stalls', 'CLIP_UNREACHABLE', 'sent nothing for 0.3 s'],
    ['/silent', 'CLIP_UNREACHABLE', 'did not answer in 0.3 s'],
    ['/breaks', 'CLIP_UNREACHABLE', 'The download failed'],
    ['/drips', 'DEADLINE_EXCEEDED', 'took longer than 1.5 s'],
  ])('%s ends in %s, with nothing left behind', async (path, code, message) => {
    const error = await failure(path);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('stops at once when the signal aborts', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(fetchPath('/drips', abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('reaches exactly the allowed hosts and ports', async () => {
    const port = host.split(':')[1] ?? '';
    for (const uri of [`http://localhost:${port}/clip`, 'http://127.0.0.1/clip']) {
      await expect(fetcher.fetch(uri, never)).rejects.toMatchObject({ code: 'URI_FORBIDDEN' });
    }
    const free = new URL(`http://${host}/clip`);
    free.port = '1';
    await expect(fetcher.fetch(free.href, never)).rejects.toMatchObject({ code: 'URI_FORBIDDEN' });
  });

  it('uses credentials and shows them to nobody', async () => {
    const clip = await fetcher.fetch(`http://user:p%40ss@${host}/clip`, never);
    await clip.release();
    const sent = seen.at(-1)?.headers.authorization ?? '';
    expect(Buffer.from(sent.replace('Basic ', ''), 'base64').toString()).toBe('user:p@ss');
    const secret = `http://user:hunter2@${host}/missing?token=hunter2`;
    const shown = await fetcher.fetch(secret, never).catch((error: unknown) => describeAll(error));
    expect(shown).not.toContain('hunter2');
    const elsewhere = 'http://user:hunter2@other.example/?token=hunter2';
    expect(await fetcher.fetch(elsewhere, never).catch(describeAll)).not.toContain('hunter2');
  });

  it('does not take credentials along to another address', async () => {
    const clip = await fetcher.fetch(`http://user:pass@${host}/absolute`, never);
    await clip.release();
    expect(seen.at(-1)?.headers.authorization).toBeUndefined();
  });
});

/** All that a log could show of an error. */
function describeAll(error: unknown): string {
  const { message, stack, cause, details } = error as ClipidError;
  return JSON.stringify([message, stack, String(cause), details]);
}
