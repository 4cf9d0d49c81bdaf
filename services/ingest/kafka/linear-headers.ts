import { createRequire } from 'node:module';
import type { IHeaders } from 'kafkajs';
import type { MessageHeader } from '../../core/source-message.js';

/** One header as kafkajs decodes it, before it gathers them by name. */
interface DecodedHeader {
  readonly key: string;
  readonly value: Buffer | null;
}
type Reader = (decoder: unknown) => unknown;
interface Decoder {
  readVarIntArray(reader: Reader): unknown[];
}

const require = createRequire(import.meta.url);
const IN_ORDER = Symbol('headers in order');

/**
 * kafkajs gathers a record's headers by copying all of them for each one more: a record of a megabyte
 * of small headers, which anybody may send, would hold the process for minutes, and the one after it.
 * It also loses the order, and takes names like `constructor` for headers that are there already.
 * Here the list gathers itself, once, and keeps the order.
 */
export function readHeadersInLinearTime(): void {
  const { prototype } = require('kafkajs/src/protocol/decoder.js') as { prototype: Decoder };
  const readHeader = require('kafkajs/src/protocol/recordBatch/header/v0/decoder.js') as Reader;
  if (Object.hasOwn(prototype, IN_ORDER)) return;
  Object.defineProperty(prototype, IN_ORDER, { value: true });
  const readArray = Reflect.get(prototype, 'readVarIntArray');
  prototype.readVarIntArray = function (this: Decoder, reader) {
    const items = readArray.call(this, reader);
    return reader === readHeader ? gatheringItself(items as DecodedHeader[]) : items;
  };
}

/** A list whose `reduce`, all that kafkajs does with it, gives the headers. */
function gatheringItself(headers: DecodedHeader[]): unknown[] {
  return Object.assign(headers, { reduce: () => gathered(headers) });
}

function gathered(headers: readonly DecodedHeader[]): IHeaders {
  const byName = Object.create(null) as Record<string, (Buffer | string)[]>;
  for (const { key, value } of headers) (byName[key] ??= []).push(value ?? Buffer.alloc(0));
  const inOrder = headers.map(({ key, value }) => [key, value ?? Buffer.alloc(0)] as const);
  return Object.assign(byName, { [IN_ORDER]: inOrder });
}

/** A record's headers in order, where they were read in linear time; else by name. */
export function headersOf(headers: IHeaders | undefined): MessageHeader[] {
  const inOrder = (headers as { [IN_ORDER]?: MessageHeader[] } | undefined)?.[IN_ORDER];
  if (inOrder !== undefined) return inOrder;
  return Object.entries(headers ?? {}).flatMap(([name, given]) =>
    [given].flat().map((value): MessageHeader => [name, bytesOf(value)]),
  );
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.isBuffer(value) || typeof value === 'string' ? Buffer.from(value) : Buffer.alloc(0);
}
