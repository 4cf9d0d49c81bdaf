import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import { CLIP_PRIORITIES } from '../../core/types.js';
import { CLIP_STATES, type ClipRow, type GalleryStore } from '../port.js';
import {
  checkedLimit,
  countColumn,
  metadataColumn,
  samplingColumn,
  stringsColumn,
} from './columns.js';
import type { Connection, Query } from './connection.js';
import { galleryNotFound } from './gallery-table.js';
import { isDuplicate, isMissingParent, replaceError } from './sqlite-errors.js';

const clipRow: z.ZodType<ClipRow> = z.object({
  galleryId: z.string(),
  clipId: z.string(),
  uri: z.string(),
  state: z.enum(CLIP_STATES),
  enrolAs: z.string().nullable(),
  sampling: samplingColumn,
  metadata: metadataColumn,
  attempts: z.number().int(),
  notBeforeMs: z.number(),
  errorCode: z.string().nullable(),
  errorText: z.string().nullable(),
  bundleId: z.string().nullable(),
  durationMs: z.number().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
  frameCount: z.number().nullable(),
  warnings: stringsColumn,
  submissionId: z.string(),
  priority: z.enum(CLIP_PRIORITIES),
  notAfterMs: z.number().nullable(),
  requestedMs: z.number(),
  submittedMs: z.number(),
  begunMs: z.number().nullable(),
  extractedMs: z.number().nullable(),
  updatedMs: z.number(),
  traceparent: z.string().nullable(),
  tracestate: z.string().nullable(),
});

const KEYS = ['galleryId', 'clipId'];
const VALUES = [
  ...[
    'uri',
    'state',
    'enrolAs',
    'sampling',
    'metadata',
    'attempts',
    'notBeforeMs',
    'errorCode',
    'errorText',
  ],
  ...[
    'bundleId',
    'durationMs',
    'widthPx',
    'heightPx',
    'frameCount',
    'warnings',
    'submittedMs',
    'updatedMs',
  ],
  ...['submissionId', 'priority', 'notAfterMs', 'requestedMs', 'begunMs', 'extractedMs'],
  ...['traceparent', 'tracestate'],
];

type Methods = 'insertClip' | 'updateClip' | 'clip' | 'clips' | 'countClips' | 'oldestQueuedMs';

export function clipTable(connection: Connection): Pick<GalleryStore, Methods> {
  const columns = [...KEYS, ...VALUES];
  const insert = connection.command(
    `INSERT INTO clips (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  const update = connection.command(
    `UPDATE clips SET ${VALUES.map((name) => `${name} = @${name}`).join(', ')}
     WHERE galleryId = @galleryId AND clipId = @clipId`,
  );
  const one = connection.query(
    'SELECT * FROM clips WHERE galleryId = @galleryId AND clipId = @clipId',
    clipRow,
  );
  const page = connection.query(
    'SELECT * FROM clips WHERE galleryId = @galleryId AND clipId > @after ORDER BY clipId LIMIT @limit',
    clipRow,
  );
  const count = connection.query(
    'SELECT count(*) AS count FROM clips WHERE state = @state',
    countColumn,
  );
  const oldest = connection.query(
    `SELECT requestedMs FROM clips WHERE state = 'QUEUED' ORDER BY submittedMs LIMIT 1`,
    z.object({ requestedMs: z.number() }),
  );
  return {
    oldestQueuedMs: () => oldest.get()?.requestedMs,
    insertClip: (row) => insertChecked(insert, row),
    updateClip: (row) => {
      if (update(toColumns(row)) === 0) throw clipNotFound(row.clipId);
    },
    clip: (galleryId, clipId) => one.get({ galleryId, clipId }),
    clips: (galleryId, { limit, after = '' }) =>
      page.all({ galleryId, after, limit: checkedLimit(limit) }),
    countClips: (state) => count.get({ state })?.count ?? 0,
  };
}

function claimQuery(connection: Connection, order: string): Query<ClipRow> {
  return connection.query(
    `UPDATE clips SET state = 'EXTRACTING', attempts = attempts + 1, begunMs = @nowMs, updatedMs = @nowMs
     WHERE rowid = (SELECT rowid FROM clips WHERE state = 'QUEUED' AND notBeforeMs <= @nowMs
                    ORDER BY ${order} LIMIT 1)
     RETURNING *`,
    clipRow,
  );
}

/** Clips as a queue: taken in order, and taken back where a process died with them. */
export function clipQueue(
  connection: Connection,
): Pick<GalleryStore, 'claimClip' | 'requeueInterrupted'> {
  // HIGH comes before NORMAL in the order of letters, too.
  const claims = {
    PRIORITY: claimQuery(connection, 'priority, submittedMs, rowid'),
    AGE: claimQuery(connection, 'submittedMs, rowid'),
  };
  const requeue = connection.command(
    `UPDATE clips SET state = 'QUEUED', updatedMs = @nowMs WHERE state = 'EXTRACTING'`,
  );
  return {
    claimClip: (nowMs, order) => claims[order].get({ nowMs }),
    requeueInterrupted: (nowMs) => requeue({ nowMs }),
  };
}

function insertChecked(insert: (columns: Record<string, unknown>) => number, row: ClipRow): void {
  replaceError(
    isMissingParent,
    () => galleryNotFound(row.galleryId),
    () =>
      replaceError(
        isDuplicate,
        () => clipExists(row.clipId),
        () => insert(toColumns(row)),
      ),
  );
}

function toColumns(row: ClipRow): Record<string, unknown> {
  return {
    ...row,
    sampling: JSON.stringify(row.sampling),
    metadata: JSON.stringify(row.metadata),
    warnings: JSON.stringify(row.warnings),
  };
}

function clipExists(clipId: string): ClipidError {
  return new ClipidError('ALREADY_EXISTS', `Clip ${clipId} exists already.`, { field: 'clip_id' });
}

export function clipNotFound(clipId: string): ClipidError {
  return new ClipidError('CLIP_NOT_FOUND', `There is no clip ${clipId}.`, { field: 'clip_id' });
}
