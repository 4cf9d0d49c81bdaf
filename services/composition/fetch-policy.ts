import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FetchPolicy } from '../video/fetch-policy.js';
import type { ServiceOptions } from './service-options.js';

/** Which files and hosts a uri may reach (invariant 7). The watched folder is made if need be. */
export function fetchPolicyOf({
  config,
  allowAnyFile = false,
  watch,
}: ServiceOptions): FetchPolicy {
  const { allowedHosts, maxClipBytes: maxBytes } = config;
  if (watch !== null) mkdirSync(watch, { recursive: true });
  const folders = [...config.allowedFolders, ...(watch === null ? [] : [watch])];
  const allowedFolders = allowAnyFile ? 'any' : folders.map((folder) => resolve(folder));
  return { allowedFolders, allowedHosts, maxBytes };
}
