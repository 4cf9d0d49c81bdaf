import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import type { GalleryRow, GalleryStore } from '../port.js';
import { checkedLimit } from './columns.js';
import type { Connection } from './connection.js';
import { isDuplicate, replaceError } from './sqlite-errors.js';

const galleryRow: z.ZodType<GalleryRow> = z.object({
  galleryId: z.string(),
  displayName: z.string(),
  bundleId: z.string(),
  dimension: z.number().int().positive(),
  createdMs: z.number(),
  targetFpr: z.number().nullable(),
  uncertainFpr: z.number().nullable(),
});

type Methods = 'insertGallery' | 'updateGallery' | 'gallery' | 'galleries';

export function galleryTable(connection: Connection): Pick<GalleryStore, Methods> {
  const insert = connection.command(
    `INSERT INTO galleries (galleryId, displayName, bundleId, dimension, createdMs, targetFpr, uncertainFpr)
     VALUES (@galleryId, @displayName, @bundleId, @dimension, @createdMs, @targetFpr, @uncertainFpr)`,
  );
  const update = connection.command(
    `UPDATE galleries SET displayName = @displayName, targetFpr = @targetFpr, uncertainFpr = @uncertainFpr
     WHERE galleryId = @galleryId`,
  );
  const one = connection.query('SELECT * FROM galleries WHERE galleryId = @galleryId', galleryRow);
  const page = connection.query(
    'SELECT * FROM galleries WHERE galleryId > @after ORDER BY galleryId LIMIT @limit',
    galleryRow,
  );
  return {
    insertGallery: (row) =>
      void replaceError(
        isDuplicate,
        () => galleryExists(row.galleryId),
        () => insert({ ...row }),
      ),
    updateGallery: (row) => {
      if (update({ ...row }) === 0) throw galleryNotFound(row.galleryId);
    },
    gallery: (galleryId) => one.get({ galleryId }),
    galleries: ({ limit, after = '' }) => page.all({ after, limit: checkedLimit(limit) }),
  };
}

function galleryExists(galleryId: string): ClipidError {
  return new ClipidError('ALREADY_EXISTS', `Gallery ${galleryId} exists already.`, {
    field: 'gallery_id',
  });
}

export function galleryNotFound(galleryId: string): ClipidError {
  return new ClipidError('GALLERY_NOT_FOUND', `There is no gallery ${galleryId}.`, {
    field: 'gallery_id',
  });
}
