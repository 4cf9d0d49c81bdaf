import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import { ClipidError } from '../core/errors.js';
import { ClipServiceService } from '../gen/clipid/v1/clip_service.js';
import { GalleryServiceService } from '../gen/clipid/v1/gallery_service.js';
import { IdentityServiceService } from '../gen/clipid/v1/identity_service.js';
import { SearchServiceService } from '../gen/clipid/v1/search_service.js';
import type { Application } from '../identify/port.js';
import { boundAddress, removeDeadSocket, socketPath } from './address.js';
import { RunningCalls } from './calls.js';
import { clipHandlers } from './clip-handlers.js';
import { galleryHandlers } from './gallery-handlers.js';
import { GrpcHealth, type Readiness } from './health.js';
import { identityHandlers } from './identity-handlers.js';
import { addReflection } from './reflection.js';
import { searchHandlers } from './search-handlers.js';
import { shutDown } from './shutdown.js';
import { createUnary, type CallLogger, type OnCall, type Unary } from './unary.js';

const DEFAULT_MAX_CALLS = 1024;
const MAX_CALLS_PER_CONNECTION = 256;

export const SERVICE_NAMES = [
  'clipid.v1.GalleryService',
  'clipid.v1.IdentityService',
  'clipid.v1.ClipService',
  'clipid.v1.SearchService',
] as const;

export interface GrpcServerOptions {
  /** `host:port` (port 0: any that is free) or `unix:/path`. */
  readonly address: string;
  readonly application: Application;
  /** What grpc.health.v1 tells. */
  readonly readiness: Readiness;
  /** Longest request and response, in bytes. */
  readonly maxMessageBytes: number;
  /** Calls running at once; more are refused with OVERLOADED. */
  readonly maxCalls?: number;
  /** How long running calls may go on once the server is closed, in milliseconds. */
  readonly drainMs: number;
  readonly logger: CallLogger;
  readonly onCall?: OnCall;
}

export interface GrpcServer {
  /** What a client connects to: the port is the one that was bound. */
  readonly address: string;
  /** Undefined on a socket. */
  readonly port: number | undefined;
  /** Switches one service's health off or on; "" is the whole server. */
  setServing(service: string, serving: boolean): void;
  /** Lets running calls finish, then aborts them; the second call waits for the first. */
  close(): Promise<void>;
}

/** Starts to listen. Rejects with UNAVAILABLE when the address cannot be bound. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const calls = new RunningCalls(options.maxCalls ?? DEFAULT_MAX_CALLS);
  const { logger, onCall = () => undefined } = options;
  redirectLibraryLog(logger);
  const server = createServer(options.maxMessageBytes);
  const health = new GrpcHealth(SERVICE_NAMES, options.readiness);
  addServices(server, options.application, createUnary({ calls, logger, onCall }));
  health.addToServer(server);
  addReflection(server);
  const port = await bind(server, options.address).catch((thrown: unknown) => {
    health.drain(); // follows the readiness no longer
    throw thrown;
  });
  let closing: Promise<void> | undefined;
  return {
    address: boundAddress(options.address, port),
    port: socketPath(options.address) === undefined ? port : undefined,
    setServing: (service, serving) => health.setServing(service, serving),
    close: () => (closing ??= shutDown(server, health, calls, options.drainMs)),
  };
}

/** grpc-js writes to the console otherwise, between our lines of JSON; its logger is the process's. */
function redirectLibraryLog(logger: CallLogger): void {
  const write = (...parts: unknown[]): void => logger.warn({ library: 'grpc-js' }, parts.join(' '));
  setLogger({ error: write, info: write, debug: write });
}

function createServer(maxMessageBytes: number): Server {
  return new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.max_concurrent_streams': MAX_CALLS_PER_CONNECTION,
    'grpc.so_reuseport': 0, // a second process on the same port is a mistake, not a balancer
  });
}

function addServices(server: Server, application: Application, unary: Unary): void {
  server.addService(GalleryServiceService, galleryHandlers(application, unary));
  server.addService(IdentityServiceService, identityHandlers(application, unary));
  server.addService(ClipServiceService, clipHandlers(application, unary));
  server.addService(SearchServiceService, searchHandlers(application, unary));
}

async function bind(server: Server, address: string): Promise<number> {
  const path = socketPath(address);
  if (path !== undefined) await removeDeadSocket(path);
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) {
        resolve(port);
        return;
      }
      const message = `gRPC cannot listen on ${address}: ${error.message}`;
      reject(new ClipidError('UNAVAILABLE', message, { field: 'address', cause: error }));
    });
  });
}
