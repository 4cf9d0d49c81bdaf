import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { TINY_FILES, bytesOf } from './tiny-bundle.js';

type Answer = (response: ServerResponse, bytes: Uint8Array) => void;

/** Ways for a server to be wrong about the embedder; the detector always comes as it should. */
const WAYS: Readonly<Record<string, Answer>> = {
  good: (response, bytes) => response.end(bytes),
  wrong: (response, bytes) => response.end(Buffer.from(bytes).fill(7, 100, 101)),
  missing: (response) => response.writeHead(404).end('no'),
  busy: (response) => response.writeHead(503).end('later'),
  empty: (response) => response.end(),
  silent: () => undefined,
  stalls: (response, bytes) => response.write(bytes.subarray(0, 1_000)),
  cut: (response, bytes) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  },
  // No length is announced, so that the end looks like any other.
  short: (response, bytes) => response.end(bytes.subarray(0, bytes.length / 2)),
  announced: (response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  endless: (response, bytes) => {
    const more = (): void => void setImmediate(() => response.write(bytes, more));
    more();
  },
  drips: (response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  away: (response) => redirect(response, 'http://user:hunter2@other.example/emb.onnx?key=hunter2'),
  aside: (response) => redirect(response, '/good/emb.onnx'),
};

export interface ModelServer {
  /** `http://127.0.0.1:<port>`; `<base>/<way>` is a location. */
  readonly base: string;
  /** What was asked for, in order. */
  readonly asked: IncomingMessage[];
  close(): void;
}

/** A real server on a free port of this machine. */
export async function startModelServer(): Promise<ModelServer> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { base, asked, close };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, way = '', file = ''] = new URL(request.url ?? '/', 'http://here').pathname.split('/');
  const known = path.basename(file) in TINY_FILES;
  const wayOf = known ? (file === 'emb.onnx' ? WAYS[way] : WAYS['good']) : WAYS['missing'];
  wayOf?.(response, bytesOf(file));
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
