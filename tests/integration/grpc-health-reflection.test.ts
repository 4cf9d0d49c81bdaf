import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Client, credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SERVICE_NAMES } from '../../services/search/server.js';
import {
  checkHealth,
  listHealth,
  reflectedFiles,
  reflectedServices,
  watchHealth,
} from '../helpers/grpc-raw.js';
import { rejection, runServer, type RunningServer } from '../helpers/grpc-server.js';

let running: RunningServer;
let client: Client;
beforeEach(async () => {
  running = await runServer();
  client = new Client(running.server.address, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await running.stop();
});

describe('grpc.health.v1', () => {
  it('follows readiness, for the whole and for each service', async () => {
    expect(await checkHealth(client, '')).toBe('SERVING');
    expect(await listHealth(client)).toEqual(
      Object.fromEntries(['', ...SERVICE_NAMES].map((name) => [name, 'SERVING'])),
    );
    running.health.component('store').notReady('disk full');
    expect(await checkHealth(client, '')).toBe('NOT_SERVING');
    running.health.component('store').ready();
    expect(await checkHealth(client, 'clipid.v1.SearchService')).toBe('SERVING');
    expect(await rejection(checkHealth(client, 'nobody'))).toMatchObject({ code: 5 });
  });

  it('switches one service off and on', async () => {
    running.server.setServing('clipid.v1.ClipService', false);
    expect(await checkHealth(client, 'clipid.v1.ClipService')).toBe('NOT_SERVING');
    expect(await checkHealth(client, '')).toBe('SERVING');
    running.server.setServing('clipid.v1.ClipService', true);
    expect(await checkHealth(client, 'clipid.v1.ClipService')).toBe('SERVING');
    expect(() => running.server.setServing('clipid.v1.Nobody', true)).toThrow('not a service');
  });

  it('tells watchers before it shuts down, and does not wait for them', async () => {
    const seen = watchHealth(client, '');
    await expect.poll(() => seen).toEqual(['SERVING']);
    const startedMs = performance.now();
    await running.server.close();
    await expect.poll(() => seen).toEqual(['SERVING', 'NOT_SERVING', 'ENDED']);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});

describe('reflection', () => {
  it('lists every service, and health', async () => {
    const names = await reflectedServices(client);
    expect(names.toSorted()).toEqual([...SERVICE_NAMES, 'grpc.health.v1.Health'].toSorted());
  });

  it('gives a service with its messages, all imports and the comments', async () => {
    const files = await reflectedFiles(client, 'clipid.v1.SearchService');
    const descriptors = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const names = descriptors.map(({ name }) => name);
    expect(names).toContain('clipid/v1/search_service.proto');
    expect(names).toContain('clipid/v1/common.proto');
    expect(names).toContain('google/protobuf/duration.proto');
    const service = descriptors.find(({ name }) => name === 'clipid/v1/search_service.proto');
    const comments = service?.sourceCodeInfo?.location.map((entry) => entry.leadingComments).join();
    expect(comments).toContain('Searches every face of the probe.');
  });
});
