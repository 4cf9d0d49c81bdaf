import { open } from 'node:fs/promises';
import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { bundleInvalid } from '../invalid.js';
import { checkOrder } from './check-order.js';
import { elementTypeOf } from './read-types.js';
import type { OnnxGraph, OnnxTensor, OnnxValue } from './model-types.js';
import { toInteger } from './proto-numbers.js';
import { readNode } from './read-node.js';
import { MODEL_REMEDY, readTensor, shownName } from './read-tensor.js';
import { wireProblem } from './wire.js';

/** Protobuf's own limit: a larger model keeps its weights in files beside it. */
export const MAX_MODEL_BYTES = 2_147_483_647;
const MAX_NODES = 100_000;
const MAX_VALUES = 1_000;

/**
 * The graph in the bytes of an .onnx file. Nothing is executed, weights are not copied and the bytes
 * are not kept. Throws BUNDLE_INVALID naming the file and what in it is wrong: bytes that are no
 * model, a tensor whose data is elsewhere, of an unknown type or of another size than its dims say,
 * a value that nothing makes or that two nodes make, more than 100,000 nodes.
 */
export function readModel(bytes: Uint8Array, file: string): OnnxGraph {
  const model = decode(bytes, file);
  const { graph } = model;
  if (!graph?.node?.length) throw bundleInvalid(file, 'the model', 'has no graph', MODEL_REMEDY);
  checkCounts(file, model, graph);
  const initializers = readInitializers(file, graph);
  const read: OnnxGraph = {
    file,
    opset: opsetOf(file, model),
    inputs: (graph.input ?? [])
      .filter(({ name }) => !initializers.has(name ?? ''))
      .map((info) => readValue(file, 'input', info)),
    outputs: (graph.output ?? []).map((info) => readValue(file, 'output', info)),
    nodes: graph.node.map((node) => readNode(file, node)),
    initializers,
  };
  checkOrder(read);
  return read;
}

/** As `readModel`, of the file at `path`. Throws BUNDLE_INVALID also above `maxBytes`. */
export async function readModelFile(path: string, maxBytes: number): Promise<OnnxGraph> {
  const fail = (problem: string, cause?: unknown) =>
    bundleInvalid(path, 'the file', problem, 'Give the path of an .onnx file.', cause);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fail('cannot be read', error);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw fail('is not a file');
    if (found.size > maxBytes) throw fail(`has ${found.size} bytes, more than ${maxBytes}`);
    return readModel(await handle.readFile(), path);
  } finally {
    await handle.close();
  }
}

function decode(bytes: Uint8Array, file: string): Proto.IModelProto {
  const problem = wireProblem(bytes);
  if (problem !== null) throw bundleInvalid(file, 'the file', problem, MODEL_REMEDY);
  try {
    return onnxProto.onnx.ModelProto.decode(bytes);
  } catch (error) {
    throw bundleInvalid(file, 'the file', 'is not an ONNX model', MODEL_REMEDY, error);
  }
}

function checkCounts(file: string, model: Proto.IModelProto, graph: Proto.IGraphProto): void {
  const nodes = graph.node?.length ?? 0;
  const values = (graph.output?.length ?? 0) + (graph.input?.length ?? 0);
  const initializers = graph.initializer?.length ?? 0;
  const fail = (problem: string) => bundleInvalid(file, 'the graph', problem, MODEL_REMEDY);
  if (nodes > MAX_NODES) throw fail(`has ${nodes} nodes, more than ${MAX_NODES}`);
  if (values - initializers > MAX_VALUES) {
    throw fail(`has ${values} inputs and outputs, more than ${MAX_VALUES}`);
  }
  if (!graph.output?.length) throw fail('has no outputs');
  if (model.functions?.length) throw fail('has functions of its own, which are not read');
  if (graph.sparseInitializer?.length) throw fail('has sparse tensors, which are not read');
}

function readInitializers(file: string, graph: Proto.IGraphProto): Map<string, OnnxTensor> {
  const read = new Map<string, OnnxTensor>();
  for (const tensor of graph.initializer ?? []) {
    const name = tensor.name ?? '';
    if (read.has(name)) {
      throw bundleInvalid(file, `tensor ${shownName(name)}`, 'is there twice', MODEL_REMEDY);
    }
    read.set(name, readTensor(file, tensor, name));
  }
  return read;
}

function readValue(file: string, kind: string, info: Proto.IValueInfoProto): OnnxValue {
  const name = info.name ?? '';
  const tensor = info.type?.tensorType;
  const elementType = elementTypeOf(tensor?.elemType ?? 0);
  if (!tensor || elementType === undefined) {
    const problem = `is no tensor of a known element type (${tensor?.elemType ?? 'none'})`;
    throw bundleInvalid(file, `${kind} ${shownName(name)}`, problem, MODEL_REMEDY);
  }
  const dims = tensor.shape ? (tensor.shape.dim ?? []).map(readDim) : null;
  return { name, elementType, dims };
}

/** Some exporters write 0 or -1 for a size that is open. */
function readDim(dim: Proto.TensorShapeProto.IDimension): number | string {
  if (dim.dimParam) return dim.dimParam;
  const size = toInteger(dim.dimValue ?? 0);
  return Number.isSafeInteger(size) && size > 0 ? size : '?';
}

function opsetOf(file: string, model: Proto.IModelProto): number {
  const entry = model.opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx');
  const version = toInteger(entry?.version ?? 0);
  if (version >= 1 && version <= 1_000) return version;
  throw bundleInvalid(file, 'opset_import', 'names no version of the operators', MODEL_REMEDY);
}
