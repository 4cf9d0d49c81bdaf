import { request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Health } from '../../services/ops/health.js';
import { startHttpServer, type HttpServer } from '../../services/ops/http-server.js';
import { createMetrics } from '../../services/ops/metrics.js';

const health = new Health();
const metrics = createMetrics();
const errors: object[] = [];
let server: HttpServer;
beforeEach(async () => {
  const logger = { error: (facts: object) => void errors.push(facts) };
  server = await startHttpServer({ host: '127.0.0.1', port: 0, health, metrics, logger });
});
afterEach(() => server.close());

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

it('lives before it is ready, and says what is missing', async () => {
  const store = health.component('store');
  const index = health.component('index');
  expect((await get('/livez')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
  store.ready();
  index.notReady('3 of 9 shards are built');
  health.started();
  const waiting = await get('/readyz');
  expect(waiting.status).toBe(503);
  expect(await waiting.json()).toEqual({
    ready: false,
    reason: 'index: 3 of 9 shards are built',
    lifecycle: 'READY',
    components: {
      store: { ready: true, reason: '' },
      index: { ready: false, reason: '3 of 9 shards are built' },
    },
  });
  index.ready();
  expect((await get('/readyz?verbose')).status).toBe(200);
  health.draining();
  expect(await (await get('/readyz')).json()).toMatchObject({ ready: false, reason: 'draining' });
  expect((await get('/livez')).status).toBe(200);
});

it('serves metrics', async () => {
  metrics.rpcServed('clipid.v1.SearchService/SearchFaces', 'OK', 12);
  const answer = await get('/metrics');
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(text).toContain(
    'rpc_method="clipid.v1.SearchService/SearchFaces",rpc_response_status_code="OK"',
  );
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

it('knows nothing else', async () => {
  expect((await get('/')).status).toBe(404);
  const post = await get('/livez', { method: 'POST', body: 'x' });
  expect(post.status).toBe(405);
  expect(post.headers.get('allow')).toBe('GET, HEAD');
  const head = await get('/livez', { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
});

it('answers 500 when a reading fails, and logs why', async () => {
  metrics.watchQueue('broken', () => {
    throw new Error('the queue is gone');
  });
  expect((await get('/metrics')).status).toBe(500);
  expect(errors).toMatchObject([{ url: '/metrics' }]);
});

it('refuses headers over 8 KiB', async () => {
  const asked = request({
    port: server.port,
    path: '/livez',
    headers: { 'x-long': 'a'.repeat(9000) },
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  answer.resume();
  expect(answer.statusCode).toBe(431);
});

it('closes in time though somebody holds a connection', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n'); // and never ends its headers
  socket.on('error', () => undefined);
  const startedMs = performance.now();
  await server.close();
  expect(performance.now() - startedMs).toBeLessThan(2500);
  socket.destroy();
});
