import onnxProto, { type onnx as Proto } from 'onnx-proto';

const { onnx } = onnxProto;

/** An attribute of a node, by the kind that the operator's definition asks for. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

/** Attributes in the order of their names, so that equal graphs give equal bytes. */
export function encodeAttributes(
  attributes: Readonly<Record<string, Attribute>>,
): Proto.IAttributeProto[] {
  return Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, attribute]) => ({ name, ...encode(attribute) }));
}

function encode(attribute: Attribute): Proto.IAttributeProto {
  const type = onnx.AttributeProto.AttributeType;
  if ('int' in attribute) return { type: type.INT, i: attribute.int };
  if ('ints' in attribute) return { type: type.INTS, ints: [...attribute.ints] };
  if ('float' in attribute) return { type: type.FLOAT, f: attribute.float };
  return { type: type.STRING, s: Buffer.from(attribute.text) };
}
