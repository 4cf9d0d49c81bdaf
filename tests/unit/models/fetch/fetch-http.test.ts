import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClipidError } from '../../../../services/core/errors.js';
import {
  type FetchOptions,
  type FetchProgress,
  fetchReady,
} from '../../../../services/models/fetch/fetch-bundle.js';
import type { FetchLimits } from '../../../../services/models/fetch/fetch-limits.js';
import { type ModelServer, startModelServer } from './model-server.js';
import { selfSigned } from './self-signed.js';
import { bytesOf, sha256Of, tinyReady } from './tiny-bundle.js';

const limits = { maxFileBytes: 1_000_000 };
/** Short where something is waited for, and only there: the machine may be busy. */
const shortLimits: Readonly<Record<string, Partial<FetchLimits>>> = {
  silent: { connectTimeoutMs: 300 },
  stalls: { stallTimeoutMs: 300 },
  drips: { fileTimeoutMs: 1_500 },
};

describe('fetching a bundle over http', () => {
  let server: ModelServer;
  let out = '';
  beforeAll(async () => {
    server = await startModelServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    out = await mkdtemp(path.join(tmpdir(), 'clipid-fetch-'));
    server.asked.length = 0;
  });
  afterEach(() => rm(out, { recursive: true }));

  const fetchFrom = (way: string, more: Partial<FetchOptions> = {}) =>
    fetchReady(tinyReady(), {
      from: `${server.base}/${way}`,
      out,
      limits: { ...limits, ...shortLimits[way] },
      ...more,
    });
  const askedFiles = () => server.asked.map(({ url }) => path.basename(url ?? ''));

  it('writes the files and the manifest, and says how far it is', async () => {
    const steps: FetchProgress[] = [];
    const bundle = await fetchFrom('good', { onProgress: (step) => steps.push(step) });
    expect(bundle.manifest).toEqual(tinyReady().manifest);
    expect((await readdir(out)).sort()).toEqual(['det.onnx', 'emb.onnx', 'manifest.json']);
    expect(sha256Of(await readFile(bundle.paths.embedder))).toBe(sha256Of(bytesOf('emb.onnx')));
    const receivedBytes = bytesOf('emb.onnx').length;
    const last = { file: 'emb.onnx', index: 2, total: 2, sizeBytes: null, receivedBytes };
    expect(steps.at(-1)).toEqual(last);
  });

  it.each([
    ['missing', 'FIELD_INVALID', 'status 404 for emb.onnx'],
    ['busy', 'UNAVAILABLE', 'status 503'],
    ['empty', 'BUNDLE_INVALID', sha256Of('')],
    ['cut', 'UNAVAILABLE', 'could not be fetched'],
    ['short', 'BUNDLE_INVALID', 'embedder.sha256 is'],
    ['silent', 'DEADLINE_EXCEEDED', 'did not answer in 0.3 s'],
    ['stalls', 'DEADLINE_EXCEEDED', 'sent nothing of emb.onnx for 0.3 s'],
    ['drips', 'DEADLINE_EXCEEDED', 'limit fileTimeoutMs of 1500 ms'],
    ['announced', 'LIMIT_EXCEEDED', 'limit maxFileBytes of 1000000 bytes'],
    ['endless', 'LIMIT_EXCEEDED', 'limit maxFileBytes of 1000000 bytes'],
    ['away', 'URI_FORBIDDEN', 'redirects emb.onnx to other.example, which is not followed'],
    ['aside', 'URI_FORBIDDEN', 'which is not followed'],
  ])('%s ends in %s, nothing half-written; the next try goes on', async (way, code, message) => {
    const error: unknown = await fetchFrom(way).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(message);
    expect(await readdir(out)).toEqual(['det.onnx']);
    server.asked.length = 0;
    await fetchFrom('good');
    expect(askedFiles()).toEqual(['emb.onnx']);
  });

  it('names the file and both sums when they differ', async () => {
    const bytes = Buffer.from(bytesOf('emb.onnx')).fill(7, 100, 101);
    const failure = fetchFrom('wrong');
    await expect(failure).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    await expect(failure).rejects.toThrow(path.join(out, 'emb.onnx'));
    await expect(failure).rejects.toThrow(
      `is ${sha256Of(bytesOf('emb.onnx'))}, the fetched file's is ${sha256Of(bytes)}`,
    );
  });

  it('reads no more of a file than its manifest says it has', async () => {
    const ready = { ...tinyReady(), sizesBytes: { 'emb.onnx': 1_000 } };
    const failure = fetchReady(ready, { from: `${server.base}/endless`, out, limits });
    await expect(failure).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('leaves nothing half-written when it is cancelled midway', async () => {
    const abort = new AbortController();
    const onProgress = ({ file }: FetchProgress): void => {
      if (file === 'emb.onnx') abort.abort();
    };
    const options = { signal: abort.signal, onProgress, limits };
    const failure = fetchFrom('stalls', options);
    await expect(failure).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(out)).toEqual(['det.onnx']);
  });

  it('asks for nothing when it is cancelled before', async () => {
    const failure = fetchFrom('good', { signal: AbortSignal.abort() });
    await expect(failure).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(server.asked).toEqual([]);
  });

  it('fetches what is there and wrong again, and nothing that is right', async () => {
    await fetchFrom('good');
    await writeFile(path.join(out, 'det.onnx'), 'damaged');
    server.asked.length = 0;
    await fetchFrom('good');
    expect(askedFiles()).toEqual(['det.onnx']);
  });

  it('uses credentials and a query, and shows them to nobody', async () => {
    const secret = (way: string) =>
      `${server.base.replace('//', '//user:p%40ss@')}/${way}/?key=hunter2`;
    await fetchReady(tinyReady(), { from: secret('good'), out, limits });
    const { url, headers } = server.asked[0] ?? {};
    expect(url).toBe('/good/det.onnx?key=hunter2');
    const sent = headers?.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(sent, 'base64').toString()).toBe('user:p@ss');
    await rm(path.join(out, 'emb.onnx'));
    for (const way of ['missing', 'cut', 'away', 'silent']) {
      const options = { from: secret(way), out, limits: shortLimits[way] ?? limits };
      const error = await fetchReady(tinyReady(), options).catch((thrown: unknown) => thrown);
      if (!(error instanceof ClipidError)) throw new Error(`${way} did not fail as it should`);
      const shown = JSON.stringify([
        error.message,
        error.stack,
        error.details,
        String(error.cause),
      ]);
      expect(shown).not.toMatch(/hunter2|p@ss|p%40ss/);
    }
  });

  it('says when a certificate is not trusted', async () => {
    const secure = createServer(selfSigned(), (_, response) => response.end());
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const from = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const failure = fetchReady(tinyReady(), { from, out, limits });
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(failure).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate');
    secure.close();
  });

  it('says when nobody listens', async () => {
    const gone = await startModelServer();
    gone.close();
    const failure = fetchReady(tinyReady(), { from: gone.base, out, limits });
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(failure).rejects.toThrow('ECONNREFUSED');
  });
});
