import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningService, ServiceOptions } from '../compose.js';
import { loadConfig } from '../config.js';
import type { Logger } from '../ops/port.js';
import { connect, type ClipidClient } from '../search/client.js';

const READY_MS = 10_000;
const GRACE_SECONDS = 2;

/** A server by its address, or a data folder that this process opens itself. */
export interface Target {
  readonly server?: string;
  readonly data?: string;
  /** Of a service in this process; see config.ts. */
  readonly bundle?: string;
  readonly provider?: string;
  readonly allowUntrained?: boolean;
}

/** A connection to a service, wherever it runs. */
export interface Session {
  readonly client: ClipidClient;
  close(): Promise<void>;
}

export type OnProgress = NonNullable<ServiceOptions['onProgress']>;
export type OpenSession = (target: Target, onProgress?: OnProgress) => Promise<Session>;

/**
 * Connects to the server, or starts the whole service in this process on a private socket and
 * connects to that: every command has one code path, and behaves alike in both.
 */
export function sessionOpener(logger: Logger): OpenSession {
  return (target, onProgress) =>
    target.server === undefined
      ? openFolder(target, logger, onProgress)
      : openServer(target.server);
}

async function openServer(address: string): Promise<Session> {
  const client = connect(address);
  try {
    await client.waitForReady(READY_MS);
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    client,
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

async function openFolder(
  target: Target,
  logger: Logger,
  onProgress?: OnProgress,
): Promise<Session> {
  const folder = await mkdtemp(join(tmpdir(), 'clipid-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o700);
    const service = await startPrivately(join(folder, 'socket'), target, logger, onProgress);
    const session = await openServer(service.grpcAddress);
    return { client: session.client, close: () => closeAll(session, service, removeFolder) };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function startPrivately(
  socket: string,
  { data, bundle, provider, allowUntrained }: Target,
  logger: Logger,
  onProgress?: OnProgress,
): Promise<RunningService> {
  // Loaded only here: a client of a server needs neither the networks nor the store.
  const { startService } = await import('../compose.js');
  // A clip that is interrupted goes on at the next start; nobody wants to wait for it here.
  const graceSeconds = GRACE_SECONDS;
  const config = loadConfig({ data, bundle, provider, allowUntrained, graceSeconds });
  return startService({
    // A command does what it was told: it takes no clips from a server's topics, whatever the environment says.
    config: { ...config, role: 'all', kafkaBrokers: [] },
    grpcAddress: `unix:${socket}`,
    httpAddress: null,
    watch: null,
    allowAnyFile: true,
    logger,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

async function closeAll(
  session: Session,
  service: RunningService,
  removeFolder: () => Promise<void>,
): Promise<void> {
  await session.close();
  await service.close();
  await removeFolder();
}
