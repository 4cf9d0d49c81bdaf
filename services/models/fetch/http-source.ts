import { type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ClipidError } from '../../core/errors.js';
import { fromInvalid, unreachable, withErrors } from './fetch-errors.js';
import type { FetchLimits } from './fetch-limits.js';
import type { FileSource, OpenedFile } from './source.js';

/**
 * Files below an address. No redirect is followed: the bytes come from the host that the operator
 * named. No error shows the address, which may hold a password or a signature; the host is enough.
 */
export class HttpSource implements FileSource {
  constructor(
    private readonly base: URL,
    private readonly limits: FetchLimits,
  ) {}

  async open(file: string, signal: AbortSignal): Promise<OpenedFile> {
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/*$/, '')}/${file}`;
    const response = await this.#ask(url, file, signal);
    try {
      checkStatus(response, url.host, file);
    } catch (error) {
      response.destroy();
      throw error;
    }
    this.#watch(response, url.host, file);
    const announced = Number(response.headers['content-length'] ?? Number.NaN);
    return {
      body: withErrors<Buffer>(response, (error) => httpError(error, url.host, file)),
      sizeBytes: Number.isSafeInteger(announced) ? announced : null,
      close: () => void response.destroy(),
    };
  }

  #ask(url: URL, file: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { connectTimeoutMs } = this.limits;
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const sent = request(url, requestOptions(url, signal), (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      const late = `${url.host} did not answer in ${connectTimeoutMs / 1000} s for ${file}.`;
      const timer = setTimeout(() => void sent.destroy(deadline(late)), connectTimeoutMs);
      sent.on('error', (error) => {
        clearTimeout(timer);
        reject(httpError(error, url.host, file));
      });
      sent.end();
    });
  }

  #watch(response: IncomingMessage, host: string, file: string): void {
    const { stallTimeoutMs } = this.limits;
    const stalled = `${host} sent nothing of ${file} for ${stallTimeoutMs / 1000} s.`;
    response.setTimeout(stallTimeoutMs, () => response.destroy(deadline(stalled)));
  }
}

/** What went wrong on the way, with the system's code and the certificate's fault if it is one. */
function httpError(error: unknown, host: string, file: string): Error {
  if (error instanceof ClipidError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reason = error instanceof Error ? error.message : '';
  return unreachable(`${file} could not be fetched from ${host} (${code}: ${reason}).`, error);
}

function checkStatus({ statusCode = 0, headers }: IncomingMessage, host: string, file: string) {
  if (statusCode === 200) return;
  if (statusCode >= 300 && statusCode < 400) throw redirected(host, file, headers.location);
  const message = `${host} answered with status ${statusCode} for ${file}.`;
  if (statusCode === 429 || statusCode >= 500) throw unreachable(`${message} Try again later.`);
  throw fromInvalid(`${message} The location must hold this file under this name.`);
}

function redirected(host: string, file: string, location: string | undefined): ClipidError {
  const to =
    location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
  return new ClipidError(
    'URI_FORBIDDEN',
    `${host} redirects ${file}${to}, which is not followed. Give the address that it ends at, or ` +
      'fetch the file by hand and give its folder.',
    { field: 'from' },
  );
}

function deadline(message: string): ClipidError {
  return new ClipidError('DEADLINE_EXCEEDED', message, { field: 'from' });
}

/** A connection of its own; no compression, so that the announced size is the file's. */
function requestOptions(url: URL, signal: AbortSignal): RequestOptions {
  const headers = { 'user-agent': 'clipid', accept: '*/*', 'accept-encoding': 'identity' };
  const credentials = [url.username, url.password].map((part) => safeDecode(part));
  const auth = url.username === '' ? {} : { auth: credentials.join(':') };
  return { agent: false, headers, signal, ...auth };
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
