import { z } from 'zod';
import { elementCount } from '../onnx/tensor.js';
import { parseJson } from '../parse-json.js';
import type { WeightsFile } from '../parameters.js';
import { ELEMENT_TYPES, elementBytes } from './element-types.js';
import type { FileBytes } from './file-bytes.js';
import { layoutProblem, rowMajorStrides } from './layout.js';
import { type LocatedTensor, LocatedWeights } from './located-weights.js';
import { DAMAGED } from './remedies.js';

export const LENGTH_BYTES = 8;
export const METADATA = '__metadata__';
const MAX_HEADER_BYTES = 16 * 1_048_576;
const OPENING_BRACE = 0x7b;

const byteOffset = z.int().min(0);
const entry = z.strictObject({
  dtype: z.enum(ELEMENT_TYPES),
  shape: z.array(z.int().min(0)).max(8),
  /** Start and end, counted from the end of the header. */
  data_offsets: z.tuple([byteOffset, byteOffset]),
});
const header = z
  .object({ [METADATA]: z.record(z.string(), z.string()).optional() })
  .catchall(entry);

type Entry = z.infer<typeof entry>;
type NamedEntry = readonly [name: string, entry: Entry];

/** Whether a file with these first nine bytes (or more) is of this format, sound or not. */
export function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[LENGTH_BYTES] === OPENING_BRACE;
}

/**
 * A safetensors file: 8 bytes of header length, a JSON header, the tensors' bytes without a gap.
 * Throws BUNDLE_INVALID naming the tensor and what is wrong with it.
 */
export function readSafetensors(bytes: FileBytes): WeightsFile {
  const headerBytes = headerLength(bytes);
  const text = bytes.read(LENGTH_BYTES, headerBytes).toString('utf8');
  const parsed = parseJson(header, text, bytes.file, DAMAGED);
  const entries = tensorEntries(parsed);
  const dataByte = LENGTH_BYTES + headerBytes;
  checkCoverage(bytes, entries, bytes.size - dataByte);
  const tensors = entries.map(([name, one]): [string, LocatedTensor] => [
    name,
    located(bytes, name, one, dataByte),
  ]);
  return new LocatedWeights(bytes, new Map(tensors), parsed[METADATA]);
}

function headerLength(bytes: FileBytes): number {
  const length = bytes.read(0, LENGTH_BYTES).readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES)) {
    const problem = `says ${length.toString()} bytes, above the limit of ${MAX_HEADER_BYTES}`;
    throw bytes.invalid('the header length', problem);
  }
  return Number(length);
}

function tensorEntries(parsed: z.infer<typeof header>): NamedEntry[] {
  return Object.entries(parsed).filter((pair): pair is [string, Entry] => pair[0] !== METADATA);
}

/** Every byte belongs to exactly one tensor, so that no name can hide behind another. */
function checkCoverage(bytes: FileBytes, entries: readonly NamedEntry[], size: number): void {
  let covered = 0;
  for (const [name, { data_offsets: place }] of entries.toSorted(byPlace)) {
    const [start, end] = place;
    if (start !== covered || end < start) {
      const problem = `[${start}, ${end}] leaves a gap or overlaps: byte ${covered} comes next`;
      throw bytes.invalid(`${name}.data_offsets`, problem);
    }
    covered = end;
  }
  if (covered === size) return;
  throw bytes.invalid(
    'the file',
    `holds ${size} bytes of tensors, its header speaks of ${covered}`,
  );
}

function byPlace([, a]: NamedEntry, [, b]: NamedEntry): number {
  return a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1];
}

function located(bytes: FileBytes, name: string, one: Entry, dataByte: number): LocatedTensor {
  const { dtype, shape: dims, data_offsets: place } = one;
  const stored = place[1] - place[0];
  const layout = { dims, strides: rowMajorStrides(dims), offset: 0 };
  const needed = elementCount(dims) * elementBytes(dtype);
  if (needed !== stored) {
    const problem = `of [${dims.join(', ')}] ${dtype} needs ${needed} bytes and has ${stored}`;
    throw bytes.invalid(name, problem);
  }
  const problem = layoutProblem(layout, elementCount(dims));
  if (problem !== undefined) throw bytes.invalid(name, problem);
  return { type: dtype, layout, storageByte: dataByte + place[0] };
}
