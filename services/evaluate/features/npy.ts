import { open, type FileHandle } from 'node:fs/promises';
import { ClipidError } from '../../core/errors.js';

/** A table of numbers from NumPy: [rows, columns] float32. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

const MAGIC = '\x93NUMPY';
const MOST_HEADER_BYTES = 65_536;
const MOST_COLUMNS = 65_536;
/** What one typed array can hold with room to spare. */
const MOST_VALUES = 2 ** 32;
const READ_BYTES = 64 * 2 ** 20;

/**
 * Reads a `.npy` file (NumPy's format, versions 1 to 3) of two dimensions, float32, little endian, row
 * by row: what `numpy.save(path, features.astype('float32'))` writes.
 * Throws FIELD_INVALID saying what is wrong with the file.
 */
export async function readNpy(path: string): Promise<Table> {
  const file = await open(path).catch((cause: unknown) => {
    throw new ClipidError('CLIP_UNREACHABLE', `${path} cannot be read.`, { cause });
  });
  try {
    const { rows, columns, start } = await readHeader(file, path);
    const { size } = await file.stat();
    const wanted = start + 4 * rows * columns;
    if (size !== wanted) throw invalid(path, `has ${size} bytes; its shape needs ${wanted}`);
    return { rows, columns, values: await readValues(file, start, rows * columns, path) };
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle, path: string) {
  const head = Buffer.alloc(12);
  await file.read(head, 0, 12, 0);
  if (head.toString('latin1', 0, 6) !== MAGIC) throw invalid(path, 'is not a .npy file');
  const isShort = head[6] === 1;
  const length = isShort ? head.readUInt16LE(8) : head.readUInt32LE(8);
  const first = isShort ? 10 : 12;
  if (length > MOST_HEADER_BYTES) throw invalid(path, 'has a header that is too long');
  const text = Buffer.alloc(length);
  await file.read(text, 0, length, first);
  return { ...shapeOf(text.toString('latin1'), path), start: first + length };
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 512), }` */
function shapeOf(header: string, path: string): { rows: number; columns: number } {
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'an unknown type';
  if (type !== '<f4') throw invalid(path, `holds ${type}; it must be float32 (<f4)`);
  if (!/'fortran_order':\s*False/.test(header)) throw invalid(path, 'must be in C order');
  const [, rows, columns] = /'shape':\s*\((\d+),\s*(\d+)\)/.exec(header) ?? [];
  const shape = { rows: Number(rows), columns: Number(columns) };
  const isFine = shape.rows >= 1 && shape.columns >= 1 && shape.columns <= MOST_COLUMNS;
  if (isFine && shape.rows * shape.columns <= MOST_VALUES) return shape;
  throw invalid(
    path,
    `must have the shape (faces, dimensions), with at most ${MOST_VALUES} numbers`,
  );
}

async function readValues(
  file: FileHandle,
  start: number,
  count: number,
  path: string,
): Promise<Float32Array> {
  const values = new Float32Array(count);
  const bytes = new Uint8Array(values.buffer);
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(READ_BYTES, bytes.length - at);
    const { bytesRead } = await file.read(bytes, at, length, start + at);
    if (bytesRead === 0) throw invalid(path, 'ended while it was read');
    at += bytesRead;
  }
  return values;
}

function invalid(path: string, what: string): ClipidError {
  return new ClipidError('FIELD_INVALID', `${path} ${what}.`, { field: 'data' });
}
