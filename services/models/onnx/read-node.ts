import onnxProto, { type onnx as Proto } from 'onnx-proto';
import { bundleInvalid } from '../invalid.js';
import type { OnnxAttribute, OnnxNode } from './model-types.js';
import { toInteger, toIntegers } from './proto-numbers.js';
import { MODEL_REMEDY, readTensor, shownName } from './read-tensor.js';

const KINDS = onnxProto.onnx.AttributeProto.AttributeType;

/** Throws BUNDLE_INVALID naming the node or a tensor that it holds. */
export function readNode(file: string, node: Proto.INodeProto): OnnxNode {
  const opType = node.opType ?? '';
  if (opType === '') {
    const field = `node ${shownName(node.name ?? '')}`;
    throw bundleInvalid(file, field, 'names no operator', MODEL_REMEDY);
  }
  const attributes = (node.attribute ?? []).map((attribute): [string, OnnxAttribute] => [
    attribute.name ?? '',
    readAttribute(file, attribute, node),
  ]);
  return {
    name: node.name ?? '',
    opType,
    domain: node.domain === 'ai.onnx' ? '' : (node.domain ?? ''),
    inputs: node.input ?? [],
    outputs: node.output ?? [],
    attributes: new Map(attributes),
  };
}

function readAttribute(
  file: string,
  attribute: Proto.IAttributeProto,
  node: Proto.INodeProto,
): OnnxAttribute {
  const { type } = attribute;
  if (type === KINDS.INT) return { int: toInteger(attribute.i ?? 0) };
  if (type === KINDS.INTS) return { ints: toIntegers(attribute.ints) };
  if (type === KINDS.FLOAT) return { float: attribute.f ?? 0 };
  if (type === KINDS.FLOATS) return { floats: attribute.floats ?? [] };
  if (type === KINDS.STRING) return { text: Buffer.from(attribute.s ?? []).toString('utf8') };
  if (type === KINDS.TENSOR && attribute.t) {
    return { tensor: readTensor(file, attribute.t, node.output?.[0] ?? node.name ?? '') };
  }
  return { other: KINDS[type ?? 0] ?? 'UNDEFINED' };
}
