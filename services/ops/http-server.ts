import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health.js';
import type { Logger, Metrics } from './port.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const CLOSE_MS = 1000;
/** Probes and scrapers need little; whoever needs more is not one of them. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
};
const MAX_CONNECTIONS = 100;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly health: { report(): HealthReport };
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly logger: Pick<Logger, 'error'>;
}

export interface HttpServer {
  readonly port: number;
  /** Running requests have a second; calling it again waits for the first call. */
  close(): Promise<void>;
}

function json(status: number, value: unknown): Answer {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` };
}

function readiness({ health }: HttpServerOptions): Answer {
  const report = health.report();
  return json(report.ready ? 200 : 503, report);
}

/** /livez says only that the process turns; a probe that ran an inference would kill a busy server. */
async function answer(options: HttpServerOptions, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...json(405, { error: 'GET and HEAD only' }), headers: { allow: 'GET, HEAD' } };
  }
  const path = request.url?.split('?', 1)[0] ?? '';
  switch (path) {
    case '/livez':
      return json(200, { live: true });
    case '/readyz':
      return readiness(options);
    case '/metrics':
      return { status: 200, type: options.metrics.contentType, body: await options.metrics.text() };
    default:
      return json(404, { error: 'there are /livez, /readyz and /metrics' });
  }
}

function send(request: IncomingMessage, response: ServerResponse, given: Answer): void {
  response.writeHead(given.status, {
    'content-type': given.type,
    'content-length': Buffer.byteLength(given.body),
    'cache-control': 'no-store',
    ...given.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : given.body);
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve()); // also closes idle connections
  });
  clearTimeout(timer);
}

/** Starts to listen. Rejects with the system's error when it cannot. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer(LIMITS, (request, response) => {
    answer(options, request)
      .catch((thrown: unknown) => {
        options.logger.error({ err: thrown, url: request.url }, 'http request failed');
        return json(500, { error: 'internal' });
      })
      .then((given) => send(request, response, given))
      .catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options);
  let closing: Promise<void> | undefined;
  return { port, close: () => (closing ??= closeServer(server)) };
}
