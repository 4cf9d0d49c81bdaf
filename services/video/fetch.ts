import { fetchFile } from './fetch-file.js';
import { fetchHttp } from './fetch-http.js';
import { parseUri, type FetchPolicy } from './fetch-policy.js';
import { DEFAULT_HTTP_TIMES, type HttpSettings, type HttpTimes } from './http-settings.js';
import type { ClipFetcher, LocalClip } from './port.js';
import { throwIfAborted } from './watchdog.js';

export interface FetcherOptions {
  readonly policy: FetchPolicy;
  readonly times?: Partial<HttpTimes>;
  /** For downloads; the system's temporary folder when absent. */
  readonly temporaryFolder?: string;
}

/** Fetches clips by their scheme: absolute paths and file://, http:// and https://. */
export class SchemeFetcher implements ClipFetcher {
  readonly #settings: HttpSettings;

  constructor({ policy, times, temporaryFolder }: FetcherOptions) {
    this.#settings = {
      policy,
      times: { ...DEFAULT_HTTP_TIMES, ...times },
      ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
    };
  }

  async fetch(uri: string, signal: AbortSignal): Promise<LocalClip> {
    throwIfAborted(signal);
    const { policy } = this.#settings;
    const address = parseUri(uri, policy);
    if (address.scheme === 'file') return fetchFile(address.path, policy);
    return fetchHttp(address.url, this.#settings, signal);
  }
}
