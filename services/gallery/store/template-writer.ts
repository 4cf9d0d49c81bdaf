import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import type { GalleryStore, TemplateRow } from '../port.js';
import type { Connection } from './connection.js';
import { galleryNotFound } from './gallery-table.js';
import { identityNotFound } from './identity-table.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';
import { checkVector, templateColumns } from './template-columns.js';

/** hnswlib and this store number templates with unsigned 32 bits. */
const MAX_LABEL = 2 ** 32 - 1;

type NewTemplate = Omit<TemplateRow, 'label'>;
type FindTemplate = GalleryStore['template'];

/**
 * Writes templates in one transaction. An id that is there already keeps its label, vector and
 * identity (replays change nothing); only a template of nobody takes the identity it now comes with.
 */
export function templateWriter(
  connection: Connection,
  find: FindTemplate,
): GalleryStore['putTemplates'] {
  const insert = connection.command(
    `INSERT INTO templates (galleryId, label, templateId, identityId, source, clipId, trackIndex, quality, createdMs, vector)
     VALUES (@galleryId, @label, @templateId, @identityId, @source, @clipId, @trackIndex, @quality, @createdMs, @vector)`,
  );
  const nextLabel = labelCounter(connection);
  const name = connection.command(
    'UPDATE templates SET identityId = @identityId WHERE galleryId = @galleryId AND label = @label',
  );
  const putOne = (row: NewTemplate): TemplateRow => {
    const known = find(row.galleryId, row.templateId);
    if (known === undefined) {
      const fresh = { ...row, label: nextLabel(row) };
      insert(templateColumns(fresh));
      return fresh;
    }
    if (known.identityId !== null || row.identityId === null) return known;
    const named = { ...known, identityId: row.identityId };
    name({ galleryId: named.galleryId, label: named.label, identityId: named.identityId });
    return named;
  };
  const putChecked = (row: NewTemplate) =>
    replaceError(
      isMissingParent,
      () => identityNotFound(row.identityId ?? ''),
      () => putOne(row),
    );
  return (rows) => connection.transaction(() => rows.map(putChecked));
}

/** Checks the vector against the gallery and takes the next label, which no deletion gives back. */
function labelCounter(connection: Connection): (row: NewTemplate) => number {
  const counterRow = z.object({ dimension: z.number(), nextLabel: z.number() });
  const read = connection.query(
    'SELECT dimension, nextLabel FROM galleries WHERE galleryId = @galleryId',
    counterRow,
  );
  const advance = connection.command(
    'UPDATE galleries SET nextLabel = nextLabel + 1 WHERE galleryId = @galleryId',
  );
  return ({ galleryId, vector }) => {
    const gallery = read.get({ galleryId });
    if (gallery === undefined) throw galleryNotFound(galleryId);
    checkVector(vector, gallery.dimension);
    if (gallery.nextLabel > MAX_LABEL) throw galleryFull(galleryId);
    advance({ galleryId });
    return gallery.nextLabel;
  };
}

function galleryFull(galleryId: string): ClipidError {
  return new ClipidError(
    'LIMIT_EXCEEDED',
    `Gallery ${galleryId} has used all ${MAX_LABEL + 1} template numbers: start a new gallery.`,
    { field: 'gallery_id' },
  );
}
