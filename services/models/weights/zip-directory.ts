import type { FileBytes } from './file-bytes.js';
import { zip64Extra } from './zip64.js';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const RECORD_SIGNATURE = 0x02014b50;
const RECORD_BYTES = 46;
const MAX_DIRECTORY_BYTES = 64 * 1_048_576;
const ENCRYPTED_FLAGS = 0x2041;

/** What the directory says of one entry; nothing of it is checked against the entry. */
export interface ZipRecord {
  readonly name: string;
  readonly rawName: Buffer;
  /** 0: stored. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedBytes: number;
  readonly size: number;
  /** Of the entry's own header, in the file. */
  readonly headerByte: number;
}

interface DirectoryPlace {
  readonly startByte: number;
  readonly bytes: number;
  readonly entries: number;
}

/** The directory at a zip archive's end; entries lie before `startByte`. Throws BUNDLE_INVALID. */
export function readDirectory(bytes: FileBytes): { records: ZipRecord[]; startByte: number } {
  const place = directoryPlace(bytes);
  if (place.bytes > MAX_DIRECTORY_BYTES) {
    const problem = `takes ${place.bytes} bytes, above the limit of ${MAX_DIRECTORY_BYTES}`;
    throw bytes.invalid('the zip directory', problem);
  }
  const directory = bytes.read(place.startByte, place.bytes);
  const records: ZipRecord[] = [];
  for (let at = 0; at < directory.length;) {
    const { record, next } = readRecord(bytes, directory, at);
    records.push(record);
    at = next;
  }
  if (records.length === place.entries) return { records, startByte: place.startByte };
  const problem = `has ${records.length} entries where its end says ${place.entries}`;
  throw bytes.invalid('the zip directory', problem);
}

function directoryPlace(bytes: FileBytes): DirectoryPlace {
  const tailBytes = Math.min(bytes.size, END_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tail = bytes.read(bytes.size - tailBytes, tailBytes);
  const at = endRecordAt(bytes, tail);
  const locatorAt = at - LOCATOR_BYTES;
  if (locatorAt >= 0 && tail.readUInt32LE(locatorAt) === LOCATOR_SIGNATURE) {
    return place64(bytes, tail.readBigUInt64LE(locatorAt + 8));
  }
  return {
    entries: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    startByte: tail.readUInt32LE(at + 16),
  };
}

/** The last signature whose comment reaches exactly to the end of the file. */
function endRecordAt(bytes: FileBytes, tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    const comment = tail.length - at - END_BYTES;
    if (tail.readUInt32LE(at) === END_SIGNATURE && tail.readUInt16LE(at + 20) === comment)
      return at;
  }
  throw bytes.invalid('the zip archive', 'has no directory at its end: it is cut short');
}

/** Values above 2^53 lose digits, which does not matter: they are beyond any file. */
function place64(bytes: FileBytes, endByte: bigint): DirectoryPlace {
  const end = bytes.read(Number(endByte), END64_BYTES);
  if (end.readUInt32LE() !== END64_SIGNATURE) {
    throw bytes.invalid('the zip archive', 'has no directory where its end says');
  }
  const [entries, size, startByte] = [32, 40, 48].map((at) => Number(end.readBigUInt64LE(at)));
  return { entries: entries ?? 0, bytes: size ?? 0, startByte: startByte ?? 0 };
}

function readRecord(
  bytes: FileBytes,
  directory: Buffer,
  at: number,
): { record: ZipRecord; next: number } {
  const fixed = directory.subarray(at, at + RECORD_BYTES);
  if (fixed.length < RECORD_BYTES || fixed.readUInt32LE() !== RECORD_SIGNATURE) {
    throw bytes.invalid('the zip directory', `has no entry at its byte ${at}`);
  }
  const nameEnd = at + RECORD_BYTES + fixed.readUInt16LE(28);
  const extraEnd = nameEnd + fixed.readUInt16LE(30);
  const next = extraEnd + fixed.readUInt16LE(32);
  if (next > directory.length) throw bytes.invalid('the zip directory', 'is cut short');
  const rawName = directory.subarray(at + RECORD_BYTES, nameEnd);
  const sizes = { size: 24, packedBytes: 20, headerByte: 42 };
  const record = {
    name: rawName.toString('utf8'),
    rawName,
    method: fixed.readUInt16LE(10),
    encrypted: (fixed.readUInt16LE(8) & ENCRYPTED_FLAGS) !== 0,
    ...zip64Extra(fixed, sizes, directory.subarray(nameEnd, extraEnd)),
  };
  return { record, next };
}
