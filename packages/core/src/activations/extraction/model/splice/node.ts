import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type NodeProto,
  type TypeProto_Tensor,
  type ValueInfoProto,
} from 'onnx-buf';
import type { NodeOptions } from '../build/graph-builder.ts';
import { nodeAttributes } from '../node-attribute.ts';

/** A node with one output, named after it. */
export function node(
  opType: string,
  input: readonly string[],
  output: string,
  { attributes = {}, domain = '' }: NodeOptions = {},
): NodeProto {
  return create(NodeProtoSchema, {
    name: output,
    opType,
    domain,
    input: [...input],
    output: [output],
    attribute: nodeAttributes(attributes),
  });
}

/**
 * A Loop without tensors that pass from one iteration to the next.
 *
 * @param count name of the number of iterations, an int64 scalar
 * @param body its inputs are the iteration and a condition, its outputs the condition and one tensor for each output
 */
export function loop(count: string, output: readonly string[], body: GraphProto): NodeProto {
  const attribute = [
    create(AttributeProtoSchema, { name: 'body', type: AttributeProto_AttributeType.GRAPH, g: body }),
  ];
  return create(NodeProtoSchema, {
    name: body.name,
    opType: 'Loop',
    input: [count, ''],
    output: [...output],
    attribute,
  });
}

/** A tensor of any shape, as an input or output of a graph. */
export function valueInfo(name: string, elemType: number): ValueInfoProto {
  return declared(name, create(TypeProto_TensorSchema, { elemType }));
}

export function scalarInfo(name: string, elemType: number): ValueInfoProto {
  return declared(name, create(TypeProto_TensorSchema, { elemType, shape: create(TensorShapeProtoSchema) }));
}

function declared(name: string, tensor: TypeProto_Tensor): ValueInfoProto {
  const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } });
  return create(ValueInfoProtoSchema, { name, type });
}
