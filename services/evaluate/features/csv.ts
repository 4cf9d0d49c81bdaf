import { ClipidError } from '../../core/errors.js';

/** What a list says of one row of features. */
export interface ListRow {
  readonly path: string;
  readonly person: string;
  /** The clip that the face is from; empty where the list has none. */
  readonly clip: string;
  /** NaN where the list has none. */
  readonly quality: number;
}

const FIELD = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g;

/**
 * A list as CSV: a heading with `path` and `person`, in any order, and perhaps `clip` and `quality`;
 * then one line for each row of features, in their order. Values with commas stand in double quotes.
 * Throws FIELD_INVALID naming the line.
 */
export function parseList(text: string, name: string): ListRow[] {
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === '') lines.pop();
  const [heading = '', ...rows] = lines;
  const columns = fieldsOf(heading).map((field) => field.trim());
  const missing = ['path', 'person'].find((column) => !columns.includes(column));
  if (missing !== undefined) {
    throw invalid(
      name,
      1,
      `the heading must name the column ${missing}: path,person[,clip][,quality]`,
    );
  }
  return rows.map((line, i) => rowOf(fieldsOf(line), columns, name, i + 2));
}

function fieldsOf(line: string): string[] {
  return [...line.matchAll(FIELD)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

function rowOf(
  fields: readonly string[],
  columns: readonly string[],
  name: string,
  line: number,
): ListRow {
  if (fields.length !== columns.length) {
    throw invalid(name, line, `${fields.length} values; the heading has ${columns.length}`);
  }
  const value = (column: string): string => fields[columns.indexOf(column)] ?? '';
  const person = value('person');
  if (person === '') throw invalid(name, line, 'the person is missing');
  const text = value('quality');
  const quality = text === '' ? Number.NaN : Number(text);
  if (text !== '' && !Number.isFinite(quality)) {
    throw invalid(name, line, 'the quality must be a finite number');
  }
  return { path: value('path'), person, clip: value('clip'), quality };
}

function invalid(name: string, line: number, what: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${name}, line ${line}: ${what}.`, { field: '--list' });
}
