import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { ClipidError } from '../../services/core/errors.js';
import { GalleryServiceService } from '../../services/gen/clipid/v1/gallery_service.js';
import { SearchFacesRequest } from '../../services/gen/clipid/v1/search_service.js';
import { BadRequest, RetryInfo } from '../../services/gen/google/rpc/error_details.js';
import { Status } from '../../services/gen/google/rpc/status.js';
import {
  rejection,
  runServer,
  type RunningServer,
  type ServerSettings,
} from '../helpers/grpc-server.js';

let running: RunningServer;
afterEach(() => running.stop());

async function start(settings: ServerSettings = {}): Promise<RunningServer> {
  running = await runServer(settings);
  await running.client.galleries.createGallery({ galleryId: 'g' });
  return running;
}

const PROBE = { galleryId: 'g', probe: { $case: 'templateId' as const, templateId: 't' } };

function search(fields: object): Promise<unknown> {
  return rejection(running.client.search.searchFaces({ ...PROBE, ...fields }));
}

/** A failed call as any gRPC client sees it. */
function rawFailure(address: string, galleryId: string): Promise<ServiceError> {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = GalleryServiceService.getGallery;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { galleryId },
      new Metadata(),
      (failure) => {
        client.close();
        if (failure === null) reject(new Error('it did not fail'));
        else resolve(failure);
      },
    );
  });
}

function statusOf(failure: ServiceError): Status {
  const [bytes] = failure.metadata.get('grpc-status-details-bin');
  return Status.decode(bytes as Buffer);
}

describe('errors', () => {
  it('tells any client the canonical code, the reason and the field', async () => {
    await start();
    const failure = await rawFailure(running.server.address, '');
    expect(failure).toMatchObject({ code: 3, details: 'gallery_id is required.' });
    const { code, details } = statusOf(failure);
    expect(code).toBe(3);
    expect(details.map(({ typeUrl }) => typeUrl)).toEqual([
      'type.googleapis.com/google.rpc.ErrorInfo',
      'type.googleapis.com/google.rpc.BadRequest',
    ]);
    const { fieldViolations } = BadRequest.decode(details[1]?.value ?? Buffer.alloc(0));
    expect(fieldViolations).toMatchObject([
      { field: 'gallery_id', description: 'gallery_id is required.', reason: 'FIELD_INVALID' },
    ]);
  });

  it('brings an error back as it was thrown', async () => {
    await start();
    const details = { gallery: 'fake-1', probe: 'fake-2' };
    running.application.nextSearch.fail = new ClipidError('BUNDLE_MISMATCH', 'Two bundles – "é".', {
      field: 'probe',
      details,
    });
    const error = await search({});
    expect(error).toBeInstanceOf(ClipidError);
    expect(error).toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: 'Two bundles – "é".',
      field: 'probe',
      details,
    });
  });

  it('says when the same call may succeed later', async () => {
    await start({ maxCalls: 1 });
    const { search: calls } = running.client;
    running.application.nextSearch.delayMs = 300;
    const slow = calls.searchFaces(PROBE);
    await expect.poll(() => running.application.signals.length).toBe(1);
    const failure = await rawFailure(running.server.address, 'g');
    await slow;
    expect(failure.code).toBe(8);
    const packed = statusOf(failure).details.find(({ typeUrl }) => typeUrl.endsWith('RetryInfo'));
    expect(RetryInfo.decode(packed?.value ?? Buffer.alloc(0)).retryDelay).toEqual({
      seconds: 1,
      nanos: 0,
    });
  });

  it('keeps what went wrong inside to itself, under an id that the log has too', async () => {
    await start();
    running.application.nextSearch.fail = new TypeError('secret /data/path');
    const error = (await search({})) as ClipidError;
    expect(error.code).toBe('INTERNAL');
    expect(error.message).not.toContain('secret');
    const incidentId = error.details['incident_id'] ?? '';
    expect(error.message).toContain(incidentId);
    expect(running.log.find(({ message }) => message === 'call failed')?.facts).toMatchObject({
      incidentId,
    });
  });

  it('refuses what breaks a rule, naming field, limit and unit', async () => {
    await start();
    const embedding = (values: number[]) => ({
      probe: { $case: 'embedding', embedding: { values } },
    });
    const image = (size: number) => ({ probe: { $case: 'image', image: Buffer.alloc(size) } });
    expect(await search({ probe: undefined })).toMatchObject({
      code: 'FIELD_INVALID',
      field: 'probe',
    });
    expect(await search(embedding([1, 2]))).toMatchObject({
      field: 'embedding.values',
      message: expect.stringMatching(/2 numbers.*have 4/) as unknown,
    });
    expect(await search(embedding([1, 2, NaN, 0]))).toMatchObject({ field: 'embedding.values' });
    expect(await search(embedding([0, 0, 0, 0]))).toMatchObject({ field: 'embedding.values' });
    expect(await search(image(16_000_001))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      field: 'image',
    });
    expect(await search({ threshold: 1.5 })).toMatchObject({ field: 'threshold' });
    expect(await search({ targetFpr: 1 })).toMatchObject({
      code: 'FIELD_INVALID',
      field: 'target_fpr',
      message: expect.stringMatching(/is 1; .*\(0, 1\).*searches of strangers/) as unknown,
    });
    expect(await search({ targetFpr: NaN })).toMatchObject({ field: 'target_fpr' });
    expect(await search({ uncertainFpr: 0.1 })).toMatchObject({ field: 'uncertain_fpr' });
    expect(await search({ targetFpr: 0.1, uncertainFpr: 0.05 })).toMatchObject({
      field: 'uncertain_fpr',
    });
    expect(await search({ maxMatches: -1 })).toMatchObject({ field: 'max_matches' });
    expect(await search({ view: 'UNRECOGNIZED' })).toMatchObject({ field: 'view' });
  });

  it('refuses a message over the limit', async () => {
    await start({ maxMessageBytes: 1000 });
    const probe = { $case: 'image' as const, image: Buffer.alloc(2000) };
    expect(
      SearchFacesRequest.encode(SearchFacesRequest.fromPartial({ probe })).finish().length,
    ).toBeGreaterThan(1000);
    expect(await search({ probe })).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('fails with UNAVAILABLE where nobody listens', async () => {
    await start();
    await running.server.close();
    expect(await search({})).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('stopping', () => {
  it('carries a cancellation to the innermost wait', async () => {
    await start();
    running.application.nextSearch.delayMs = 60_000;
    const controller = new AbortController();
    const failed = rejection(
      running.client.search.searchFaces(PROBE, { signal: controller.signal }),
    );
    await expect.poll(() => running.application.signals.length).toBe(1);
    controller.abort();
    expect(await failed).toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => running.application.signals[0]?.aborted).toBe(true);
    await expect.poll(() => running.calls.at(-1)?.[1]).toBe('CANCELLED');
  });

  it('carries the deadline there too', async () => {
    await start();
    running.application.nextSearch.delayMs = 60_000;
    const failed = rejection(running.client.search.searchFaces(PROBE, { deadlineMs: 100 }));
    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect.poll(() => running.application.signals[0]?.aborted).toBe(true);
    await expect.poll(() => running.calls.at(-1)?.[1]).toBe('DEADLINE_EXCEEDED');
  });

  it('lets short calls finish when it shuts down', async () => {
    await start({ drainMs: 5000 });
    running.application.nextSearch.delayMs = 200;
    const answer = running.client.search.searchFaces(PROBE);
    await expect.poll(() => running.application.signals.length).toBe(1);
    const startedMs = performance.now();
    await running.server.close();
    expect((await answer).bundleId).toBe('fake-1');
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it('aborts long calls after the grace', async () => {
    await start({ drainMs: 100 });
    running.application.nextSearch.delayMs = 60_000;
    const failed = rejection(running.client.search.searchFaces(PROBE));
    await expect.poll(() => running.application.signals.length).toBe(1);
    await running.server.close();
    expect(await failed).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The server is shutting down; try another one.',
    });
  });
});
