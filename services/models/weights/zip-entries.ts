import type { FileBytes } from './file-bytes.js';
import { type ZipRecord, readDirectory } from './zip-directory.js';

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

/** Where an entry's bytes are in the file. */
export interface EntryPlace {
  readonly offset: number;
  readonly size: number;
}

/** The entries of a zip archive, all of them stored as they are. */
export interface ZipEntries {
  readonly names: readonly string[];
  /** Undefined for a name that is not there. Throws BUNDLE_INVALID. */
  placeOf(name: string): EntryPlace | undefined;
}

/**
 * Reads a zip archive's directory, nothing of its entries. Refused with BUNDLE_INVALID are entries that
 * are compressed, encrypted, beyond the file or there twice, and names that lead out of a folder.
 */
export function readZipEntries(bytes: FileBytes): ZipEntries {
  const { records, startByte } = readDirectory(bytes);
  const byName = new Map<string, ZipRecord>();
  for (const record of records) {
    const problem = byName.has(record.name) ? 'is there twice' : recordProblem(record);
    if (problem !== undefined) throw invalid(bytes, record.name, problem);
    byName.set(record.name, record);
  }
  const placeOf = (name: string) => {
    const record = byName.get(name);
    return record === undefined ? undefined : place(bytes, record, startByte);
  };
  return { names: [...byName.keys()], placeOf };
}

function recordProblem({
  name,
  method,
  encrypted,
  packedBytes,
  size,
}: ZipRecord): string | undefined {
  if (leadsOut(name)) return 'has a name that leads out of its folder';
  if (encrypted) return 'is encrypted';
  if (method !== 0) return `is compressed (method ${method}), which torch.save never does`;
  if (packedBytes !== size) return `takes ${packedBytes} bytes where it has ${size}`;
  return undefined;
}

function leadsOut(name: string): boolean {
  const parts = name.split(/[/\\]/);
  return parts[0] === '' || parts.includes('..') || name.includes('\0') || /^[a-z]:/i.test(name);
}

/** The entry's own header comes before its bytes; it must be of the entry that the directory names. */
function place(bytes: FileBytes, record: ZipRecord, limitByte: number): EntryPlace {
  const { name, headerByte, rawName, size } = record;
  if (headerByte + LOCAL_BYTES + rawName.length > limitByte) {
    throw invalid(bytes, name, 'starts beyond the end of the entries');
  }
  const header = bytes.read(headerByte, LOCAL_BYTES + rawName.length);
  const nameBytes = header.readUInt16LE(26);
  const sameName = nameBytes === rawName.length && header.subarray(LOCAL_BYTES).equals(rawName);
  if (header.readUInt32LE() !== LOCAL_SIGNATURE || !sameName) {
    throw invalid(bytes, name, 'has another header than the directory says');
  }
  const offset = headerByte + LOCAL_BYTES + nameBytes + header.readUInt16LE(28);
  if (offset + size <= limitByte) return { offset, size };
  throw invalid(bytes, name, `of ${size} bytes reaches beyond the end of the entries`);
}

function invalid(bytes: FileBytes, name: string, problem: string): Error {
  return bytes.invalid(`zip entry ${JSON.stringify(name.slice(0, 200))}`, problem);
}
