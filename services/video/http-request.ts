import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ClipidError } from '../core/errors.js';
import type { HttpSettings } from './http-settings.js';
import { checkHost, parseUrl, unreachable } from './fetch-policy.js';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Opens a url and follows redirects, each of which must lead to an allowed host again and never from
 * https to http. Resolves with an answer of status 200 whose body is still to be read.
 */
export async function openFollowing(
  first: URL,
  settings: HttpSettings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    checkHost(url, settings.policy);
    const response = await open(url, settings.times.connectTimeoutMs, signal);
    const status = response.statusCode ?? 0;
    if (status === 200) return response;
    response.destroy();
    if (!REDIRECTS.has(status)) throw unreachable(`${url.host} answered with status ${status}.`);
    url = nextUrl(url, response.headers.location);
  }
  throw unreachable(`The clip was redirected more than ${MAX_REDIRECTS} times.`);
}

function nextUrl(from: URL, location: string | undefined): URL {
  const to = location === undefined ? undefined : parseUrl(location, from);
  if (to === undefined) throw unreachable(`${from.host} redirected to nowhere.`);
  const isWeb = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (isWeb) return to;
  throw new ClipidError(
    'URI_FORBIDDEN',
    `${from.host} redirected to ${to.protocol}, not allowed.`,
    {
      field: 'uri',
    },
  );
}

function open(url: URL, timeoutMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, requestOptions(url, signal), (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const late = (): void =>
      void sent.destroy(unreachable(`${url.host} did not answer in ${timeoutMs / 1000} s.`));
    const timer = setTimeout(late, timeoutMs);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end();
  });
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
