import { type Entry, zipOf } from './archive.js';

type Part = string | Uint8Array | readonly number[];

/** A pickle of protocol 2 of the given opcodes: text stands for its characters' bytes. */
export function pickleOf(...parts: Part[]): Buffer {
  return Buffer.concat([Buffer.of(0x80, 2), ...parts.map(bytesOf), Buffer.from('.')]);
}

export function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.from('X'), length, Buffer.from(value)]);
}

/** Whole numbers of up to eight bytes. */
export function integer(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return Buffer.concat([Buffer.of(0x8a, 8), bytes]);
}

export function tuple(values: readonly (number | bigint)[]): Buffer {
  return Buffer.concat([Buffer.from('('), ...values.map(integer), Buffer.from('t')]);
}

export interface TensorParts {
  readonly storage?: string;
  readonly key?: string;
  readonly count?: number | bigint;
  readonly offset?: number | bigint;
  readonly dims?: readonly (number | bigint)[];
  readonly strides?: readonly (number | bigint)[];
}

/** Opcodes of one tensor; of two float32 in storage `0` where nothing is said. */
export function tensor(parts: TensorParts): Buffer {
  const { storage = 'FloatStorage', key = '0', count = 2, offset = 0 } = parts;
  const dims = parts.dims ?? [2];
  const strides = parts.strides ?? dims.map(() => 1);
  return Buffer.concat(
    [
      'ctorch._utils\n_rebuild_tensor_v2\n((',
      text('storage'),
      `ctorch\n${storage}\n`,
      text(key),
      text('cpu'),
      integer(count),
      'tQ',
      integer(offset),
      tuple(dims),
      tuple(strides),
      '\x89}tR',
    ].map(bytesOf),
  );
}

/** A checkpoint in the zip form: the state dict `{w: <value>}` and storage 0 of two floats, 1 and 2. */
export function zipCheckpoint(value: Uint8Array, more: readonly Entry[] = []): Buffer {
  return zipOf([
    { name: 'a/data.pkl', data: pickleOf('}', text('w'), value, 's') },
    { name: 'a/data/0', data: Buffer.from(Float32Array.of(1, 2).buffer) },
    ...more,
  ]);
}

/** The same in the old form. */
export function legacyCheckpoint(value: Uint8Array, keys: readonly string[] = ['0']): Buffer {
  const magic = pickleOf([0x8a, 10], Buffer.from('6cfc9c46f9206aa85019', 'hex'));
  const machine = pickleOf('}', text('little_endian'), '\x88s');
  const list = pickleOf('](', ...keys.map(text), 'e');
  const storage = Buffer.concat([
    Buffer.of(2, 0, 0, 0, 0, 0, 0, 0),
    Buffer.from(Float32Array.of(1, 2).buffer),
  ]);
  return Buffer.concat([
    magic,
    pickleOf(integer(1001)),
    machine,
    pickleOf('}', text('w'), value, 's'),
    list,
    ...keys.map(() => storage),
  ]);
}

function bytesOf(part: Part): Buffer {
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
}
