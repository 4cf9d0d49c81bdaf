export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  /** Fields to be wrong. */
  readonly method?: number;
  readonly flags?: number;
  readonly packedBytes?: number;
  readonly headerByte?: number;
  /** The name in the entry's own header. */
  readonly headerName?: string;
}

/** A zip archive of stored entries. */
export function zipOf(entries: readonly Entry[], end: { count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const local = Buffer.concat([localHeader(entry), entry.data]);
    directory.push(directoryEntry(entry, entry.headerByte ?? at));
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, endRecord(end.count ?? entries.length, listed, at)]);
}

/** A zip64 end whose locator and directory place are as given. */
export function zip64Of(fields: { endByte?: bigint; bytes?: bigint; startByte?: bigint }): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(fields.bytes ?? 0n, 40);
  end.writeBigUInt64LE(fields.startByte ?? 0n, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(fields.endByte ?? 4n, 8);
  const start = Buffer.from('PK\x03\x04');
  return Buffer.concat([start, end, locator, endRecord(0xffff, Buffer.alloc(0), 0)]);
}

function localHeader({ name, headerName = name, data }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt32LE(data.length, 22);
  header.writeUInt16LE(Buffer.byteLength(headerName), 26);
  return Buffer.concat([header, Buffer.from(headerName)]);
}

function directoryEntry(entry: Entry, headerByte: number): Buffer {
  const { name, data, method = 0, flags = 0, packedBytes = data.length } = entry;
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(flags, 8);
  record.writeUInt16LE(method, 10);
  record.writeUInt32LE(packedBytes, 20);
  record.writeUInt32LE(data.length, 24);
  record.writeUInt16LE(Buffer.byteLength(name), 28);
  record.writeUInt32LE(headerByte, 42);
  return Buffer.concat([record, Buffer.from(name)]);
}

function endRecord(count: number, directory: Buffer, startByte: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(startByte, 16);
  return end;
}
