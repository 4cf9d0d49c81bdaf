import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { ClipidError } from '../core/errors.js';

/** The path of `unix:/path`, `unix:path` or `unix:///path`; undefined for `host:port`. */
export function socketPath(address: string): string | undefined {
  const path = /^unix:(?:\/\/(?=\/))?(?<path>.+)$/.exec(address)?.groups?.['path'];
  if (path === undefined && !/^.+:\d{1,5}$/.test(address)) {
    const message = `'${address}' is not an address; write host:port or unix:/path.`;
    throw new ClipidError('FIELD_INVALID', message, { field: 'address' });
  }
  return path;
}

/** `host:port` with the port that was really bound; a socket's address as it is. */
export function boundAddress(address: string, port: number): string {
  return socketPath(address) === undefined ? address.replace(/:\d+$/, `:${port}`) : address;
}

/** A killed process leaves its socket file behind: it is removed when nobody answers on it. */
export async function removeDeadSocket(path: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (code === 'ECONNREFUSED') await rm(path);
}
