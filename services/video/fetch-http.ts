import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ClipidError } from '../core/errors.js';
import { checkSize, unreachable } from './fetch-policy.js';
import { openFollowing } from './http-request.js';
import type { HttpSettings } from './http-settings.js';
import type { LocalClip } from './port.js';
import { abortError, Watchdog } from './watchdog.js';

/**
 * Downloads a clip to a temporary file that only we can read. Throws URI_FORBIDDEN, CLIP_UNREACHABLE,
 * CLIP_EMPTY, LIMIT_EXCEEDED, DEADLINE_EXCEEDED, STORE_FAILED, CANCELLED; nothing is left behind then.
 */
export async function fetchHttp(
  url: URL,
  settings: HttpSettings,
  signal: AbortSignal,
): Promise<LocalClip> {
  const watchdog = new Watchdog('Downloading the clip', settings.times.totalTimeoutMs, signal);
  watchdog.arm();
  try {
    const response = await openFollowing(url, settings, watchdog.signal);
    return await saveBody(response, settings, watchdog.signal);
  } catch (error) {
    throw httpError(error, watchdog.signal);
  } finally {
    watchdog.release();
  }
}

async function saveBody(
  response: IncomingMessage,
  settings: HttpSettings,
  signal: AbortSignal,
): Promise<LocalClip> {
  const folder = await newFolder(response, settings);
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'clip');
  try {
    const sizeBytes = await writeBody(response, path, settings, signal);
    return { path, sizeBytes, release };
  } catch (error) {
    response.destroy();
    await release();
    throw error;
  }
}

/** Mode 0700, by mkdtemp. */
async function newFolder(response: IncomingMessage, settings: HttpSettings): Promise<string> {
  try {
    return await mkdtemp(join(settings.temporaryFolder ?? tmpdir(), 'clipid-'));
  } catch (error) {
    response.destroy();
    throw error;
  }
}

async function writeBody(
  response: IncomingMessage,
  path: string,
  settings: HttpSettings,
  signal: AbortSignal,
): Promise<number> {
  const { policy, times } = settings;
  const announced = Number(response.headers['content-length'] ?? Number.NaN);
  if (Number.isFinite(announced)) checkSize(announced, policy);
  response.setTimeout(times.idleTimeoutMs, () =>
    response.destroy(unreachable(`The server sent nothing for ${times.idleTimeoutMs / 1000} s.`)),
  );
  let sizeBytes = 0;
  const count = async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of body) {
      sizeBytes += part.length;
      checkSize(sizeBytes, policy);
      yield part;
    }
  };
  await pipeline(response, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }), {
    signal,
  });
  checkSize(sizeBytes, policy);
  return sizeBytes;
}

/** What went wrong, without the address: it may hold a password or a signature. */
function httpError(error: unknown, signal: AbortSignal): ClipidError {
  if (signal.aborted) return abortError(signal);
  if (error instanceof ClipidError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOENT'].includes(code)) {
    return new ClipidError('STORE_FAILED', `The download could not be written to disk (${code}).`);
  }
  return unreachable(`The download failed (${code}).`, { details: { code } });
}
