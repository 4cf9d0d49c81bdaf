import { z } from 'zod';
import { ClipidError } from '../../core/errors.js';
import { norm } from '../../core/vectors.js';
import { TEMPLATE_SOURCES, type TemplateRow } from '../port.js';
import { blobColumn, blobToVector, vectorToBlob } from './columns.js';

/** How far a template's length may be from 1: float32 sums of a thousand terms stay well inside. */
const LENGTH_TOLERANCE = 1e-3;

/** A row of `templates` joined with its gallery's dimension. */
export const templateRow: z.ZodType<TemplateRow> = z
  .object({
    templateId: z.string(),
    galleryId: z.string(),
    label: z.number().int().nonnegative(),
    identityId: z.string().nullable(),
    source: z.enum(TEMPLATE_SOURCES),
    clipId: z.string(),
    trackIndex: z.number().int(),
    quality: z.number(),
    vector: blobColumn,
    createdMs: z.number(),
    dimension: z.number().int(),
  })
  .transform(({ dimension, vector, ...row }) => ({
    ...row,
    vector: blobToVector(vector, dimension),
  }));

/** What every query of templates selects. */
export const SELECT_TEMPLATE =
  'SELECT t.*, g.dimension FROM templates t JOIN galleries g USING (galleryId)';

export function templateColumns(row: TemplateRow): Record<string, unknown> {
  return { ...row, vector: vectorToBlob(row.vector) };
}

/** Throws FIELD_INVALID for a vector of another dimension, not finite, or not of unit length. */
export function checkVector(vector: Float32Array, dimension: number): void {
  if (vector.length !== dimension) {
    throw invalid(`A template of this gallery has ${dimension} dimensions, not ${vector.length}.`);
  }
  const length = norm(vector);
  if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) {
    throw invalid(`A template must be of length 1 (within ${LENGTH_TOLERANCE}), not ${length}.`);
  }
}

function invalid(message: string): ClipidError {
  return new ClipidError('FIELD_INVALID', message, { field: 'embedding' });
}

export function templateNotFound(templateId: string): ClipidError {
  return new ClipidError('TEMPLATE_NOT_FOUND', `There is no template ${templateId}.`, {
    field: 'template_id',
  });
}
