import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { ClipidError, ERROR_CODES } from '../../../services/core/errors.js';
import { ErrorInfo, QuotaFailure } from '../../../services/gen/google/rpc/error_details.js';
import { Status } from '../../../services/gen/google/rpc/status.js';
import { GRPC_STATUS_OF } from '../../../services/search/status-codes.js';
import { fromServiceError, showError, toStatus } from '../../../services/search/status.js';

/** What a client's library makes of a status. */
function received(error: ClipidError): ServiceError {
  return Object.assign(new Error(error.message), toStatus(error));
}

function detailsOf(error: ClipidError): Status {
  const [bytes] = toStatus(error).metadata.get('grpc-status-details-bin');
  return Status.decode(bytes as Buffer);
}

function typesOf(error: ClipidError): string[] {
  return detailsOf(error).details.map(({ typeUrl }) => typeUrl.replace(/^.*\.rpc\./, ''));
}

describe('the door of errors', () => {
  it.each(ERROR_CODES)('%s goes out and comes back as it was', (code) => {
    const error = new ClipidError(code, 'What happened.', { field: 'a.b', details: { id: 'x' } });
    const back = fromServiceError(received(error));
    expect(back).toMatchObject({
      code,
      message: 'What happened.',
      field: 'a.b',
      details: { id: 'x' },
    });
    expect(back.canRetry).toBe(error.canRetry);
    expect(typesOf(error).includes('RetryInfo')).toBe(error.canRetry);
    expect(toStatus(error).code).toBe(GRPC_STATUS_OF[code]);
  });

  it('shows the details that fit the code', () => {
    const facts = { field: 'page_size' };
    expect(typesOf(new ClipidError('FIELD_INVALID', 'm', facts))).toEqual([
      'ErrorInfo',
      'BadRequest',
    ]);
    expect(typesOf(new ClipidError('GALLERY_NOT_FOUND', 'm'))).toEqual(['ErrorInfo']);
    const overloaded = detailsOf(new ClipidError('OVERLOADED', 'm', { field: 'clips' })).details;
    const quota = overloaded.find(({ typeUrl }) => typeUrl.endsWith('QuotaFailure'));
    expect(QuotaFailure.decode(quota?.value ?? Buffer.alloc(0)).violations).toMatchObject([
      { subject: 'clips' },
    ]);
  });

  it('keeps the trailers small', () => {
    const details = { long: 'x'.repeat(5000) };
    const { shown } = showError(new ClipidError('FIELD_INVALID', 'é'.repeat(5000), { details }));
    expect(shown.message).toHaveLength(1024);
    const packed = detailsOf(shown).details[0]?.value ?? Buffer.alloc(0);
    expect(ErrorInfo.decode(packed).metadata['long']).toHaveLength(256);
  });

  it.each(['INTERNAL', 'STORE_FAILED', 'MODEL_FAILED'] as const)(
    'hides the words of %s',
    (code) => {
      const { shown, incidentId } = showError(
        new ClipidError(code, 'SELECT secret', { field: 'secret', details: { path: 'secret' } }),
      );
      expect(JSON.stringify([shown.message, shown.field, shown.details])).not.toContain('secret');
      expect(shown.details).toEqual({ incident_id: incidentId });
    },
  );

  it('survives details that are none', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0xff, 0x01]));
    const failure = Object.assign(new Error(), {
      code: status.UNAVAILABLE,
      details: 'gone',
      metadata,
    });
    expect(fromServiceError(failure)).toMatchObject({ code: 'UNAVAILABLE', message: 'gone' });
  });

  it.each([
    [status.UNAVAILABLE, 'No connection', 'UNAVAILABLE'],
    [status.RESOURCE_EXHAUSTED, 'Received message larger than max (9 vs 4)', 'LIMIT_EXCEEDED'],
    [status.RESOURCE_EXHAUSTED, 'slow down', 'OVERLOADED'],
    [status.UNIMPLEMENTED, 'no such method', 'INTERNAL'],
  ])('makes the best of a bare status %i', (code, details, expected) => {
    const failure = Object.assign(new Error(), { code, details, metadata: new Metadata() });
    expect(fromServiceError(failure)).toMatchObject({ code: expected, message: details });
  });
});
