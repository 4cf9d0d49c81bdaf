/** The bytes of a `.npy` file, version 1.0, with this shape in its header and these float32 values. */
export function npy(
  shape: readonly number[],
  values: readonly number[],
  type = '<f4',
): Buffer<ArrayBuffer> {
  const dims = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${dims}, }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(padded, 'latin1'),
    Buffer.from(Float32Array.from(values).buffer),
  ]);
}
