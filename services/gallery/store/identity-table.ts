import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import type { GalleryStore, IdentityRow } from '../port.js';
import { checkedLimit, countColumn, metadataColumn } from './columns.js';
import type { Connection } from './connection.js';
import { galleryNotFound } from './gallery-table.js';
import { isDuplicate, isMissingParent, replaceError } from './sqlite-errors.js';

const identityRow: z.ZodType<IdentityRow> = z.object({
  galleryId: z.string(),
  identityId: z.string(),
  displayName: z.string(),
  metadata: metadataColumn,
  createdMs: z.number(),
  updatedMs: z.number(),
  revision: z.number().int(),
});

type Methods = 'insertIdentity' | 'updateIdentity' | 'identity' | 'identities' | 'countIdentities';

export function identityTable(connection: Connection): Pick<GalleryStore, Methods> {
  const insert = connection.command(
    `INSERT INTO identities (galleryId, identityId, displayName, metadata, createdMs, updatedMs, revision)
     VALUES (@galleryId, @identityId, @displayName, @metadata, @createdMs, @updatedMs, @revision)`,
  );
  const update = connection.command(
    `UPDATE identities SET displayName = @displayName, metadata = @metadata, createdMs = @createdMs,
       updatedMs = @updatedMs, revision = @revision
     WHERE galleryId = @galleryId AND identityId = @identityId`,
  );
  const one = connection.query(
    'SELECT * FROM identities WHERE galleryId = @galleryId AND identityId = @identityId',
    identityRow,
  );
  const page = connection.query(
    `SELECT * FROM identities WHERE galleryId = @galleryId AND identityId > @after
     ORDER BY identityId LIMIT @limit`,
    identityRow,
  );
  const count = connection.query(
    'SELECT count(*) AS count FROM identities WHERE galleryId = @galleryId',
    countColumn,
  );
  return {
    insertIdentity: (row) => insertChecked(insert, row),
    updateIdentity: (row) => {
      if (update(toColumns(row)) === 0) throw identityNotFound(row.identityId);
    },
    identity: (galleryId, identityId) => one.get({ galleryId, identityId }),
    identities: (galleryId, { limit, after = '' }) =>
      page.all({ galleryId, after, limit: checkedLimit(limit) }),
    countIdentities: (galleryId) => count.get({ galleryId })?.count ?? 0,
  };
}

function insertChecked(
  insert: (columns: Record<string, unknown>) => number,
  row: IdentityRow,
): void {
  replaceError(
    isMissingParent,
    () => galleryNotFound(row.galleryId),
    () =>
      replaceError(
        isDuplicate,
        () => identityExists(row.identityId),
        () => insert(toColumns(row)),
      ),
  );
}

function toColumns(row: IdentityRow): Record<string, unknown> {
  return { ...row, metadata: JSON.stringify(row.metadata) };
}

function identityExists(identityId: string): ClipidError {
  return new ClipidError('ALREADY_EXISTS', `Identity ${identityId} exists already.`, {
    field: 'identity_id',
  });
}

export function identityNotFound(identityId: string): ClipidError {
  return new ClipidError('IDENTITY_NOT_FOUND', `There is no identity ${identityId}.`, {
    field: 'identity_id',
  });
}
