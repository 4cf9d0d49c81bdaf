import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/**
 * Below the range from which systems take a client's own port (32768 on Linux, 49152 elsewhere): a
 * client that keeps asking for a broker that was killed must never get that very port for its own
 * end, connect to itself and keep the broker from coming back.
 */
const FIRST = 20_000;
const BEYOND = 32_000;

/** Ports of loopback that nothing listens on at this moment, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
