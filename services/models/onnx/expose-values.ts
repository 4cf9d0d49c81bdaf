import onnxProto from 'onnx-proto';
import { ELEMENT_TYPES } from './element-types.js';

const { onnx } = onnxProto;

/** The graph with these of its float32 values as further outputs, for looking inside. */
export function exposeValues(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  const type = { tensorType: { elemType: ELEMENT_TYPES.float32 } };
  const outputs = names.map((name) => ({ name, type }));
  const graph = model.graph ?? {};
  model.graph = { ...graph, output: [...(graph.output ?? []), ...outputs] };
  return onnx.ModelProto.encode(model).finish();
}
