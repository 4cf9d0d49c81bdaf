import { z } from 'zod';
import type { Calibration, CurvePoint, Snapshot } from '../../core/calibration.js';
import type { GalleryCalibration, GalleryStore } from '../port.js';
import { jsonColumn } from './columns.js';
import type { Connection } from './connection.js';
import { galleryNotFound } from './gallery-table.js';
import { isMissingParent, replaceError } from './sqlite-errors.js';

const curvePoint: z.ZodType<CurvePoint> = z.object({
  similarity: z.number(),
  fpr: z.number(),
  low: z.number(),
  high: z.number(),
  isFitted: z.boolean(),
  tpr: z.number().nullable(),
});

const calibrationSchema: z.ZodType<Calibration> = z.object({
  points: z.array(curvePoint).min(2),
  people: z.number(),
  templates: z.number(),
  impostorPairs: z.number(),
  genuinePairs: z.number(),
  qualities: z.array(z.number()),
  madeMs: z.number(),
});

const snapshotSchema: z.ZodType<Snapshot> = z.object({
  templates: z.number(),
  qualities: z.array(z.number()),
  similarities: z.array(z.number()),
});

const contentSchema = z.object({
  calibration: calibrationSchema,
  enrolledTemplates: z.number(),
  notes: z.array(z.string()),
  seen: snapshotSchema.nullable(),
});

type Content = z.infer<typeof contentSchema>;
const contentColumn = jsonColumn(contentSchema);

/** Curves that are kept as they were read; a curve takes some 100 KB. */
const MOST_KEPT = 32;

/**
 * Every search reads its gallery's curve, and hundreds of points take milliseconds to check: the same
 * text is checked once.
 */
function rememberedContent(): z.ZodType<Content, string> {
  const known = new Map<string, Content>();
  return z.string().transform((text, context) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const { data, error } = contentColumn.safeParse(text);
    if (error !== undefined) {
      context.addIssue(error.message);
      return z.NEVER;
    }
    if (known.size >= MOST_KEPT) known.clear();
    known.set(text, data);
    return data;
  });
}

function calibrationRow(): z.ZodType<GalleryCalibration> {
  return z
    .object({ content: rememberedContent(), isInUse: z.number().int() })
    .transform(({ content, isInUse }) => ({ ...content, isInUse: isInUse === 1 }));
}

type Methods = 'putCalibration' | 'calibration' | 'deleteCalibration';

/** The curves of galleries, one each. */
export function calibrationTable(connection: Connection): Pick<GalleryStore, Methods> {
  const put = connection.command(
    `INSERT INTO calibrations (galleryId, content, madeMs, isInUse)
     VALUES (@galleryId, @content, @madeMs, @isInUse)
     ON CONFLICT (galleryId) DO UPDATE
       SET content = excluded.content, madeMs = excluded.madeMs, isInUse = excluded.isInUse`,
  );
  const one = connection.query(
    'SELECT content, isInUse FROM calibrations WHERE galleryId = @galleryId',
    calibrationRow(),
  );
  const remove = connection.command('DELETE FROM calibrations WHERE galleryId = @galleryId');
  return {
    putCalibration: (row) =>
      void replaceError(
        isMissingParent,
        () => galleryNotFound(row.galleryId),
        () => put(toColumns(row)),
      ),
    calibration: (galleryId) => one.get({ galleryId }),
    deleteCalibration: (galleryId) => void remove({ galleryId }),
  };
}

function toColumns({ galleryId, content }: Parameters<GalleryStore['putCalibration']>[0]) {
  const { isInUse, ...rest } = content;
  const { madeMs } = content.calibration;
  return { galleryId, content: JSON.stringify(rest), madeMs, isInUse: isInUse ? 1 : 0 };
}
