import onnxProto, { type onnx as Proto } from 'onnx-proto';

const { onnx } = onnxProto;

/** Number types of a graph's values, as ONNX numbers them. */
export const ELEMENT_TYPES = {
  uint8: onnx.TensorProto.DataType.UINT8,
  float16: onnx.TensorProto.DataType.FLOAT16,
  float32: onnx.TensorProto.DataType.FLOAT,
  int64: onnx.TensorProto.DataType.INT64,
} as const;
export type ElementType = keyof typeof ELEMENT_TYPES;
/** A size, or the name of one that the caller chooses at run time: `N`. */
export type Dim = number | string;

/** How a graph's input or output is declared. */
export function valueInfo(
  name: string,
  type: ElementType,
  dims: readonly Dim[],
): Proto.IValueInfoProto {
  const dim = dims.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}

/** ONNX wants little-endian raw data, which is what every platform that onnxruntime runs on has. */
export function rawBytes(values: Float32Array | Uint16Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
