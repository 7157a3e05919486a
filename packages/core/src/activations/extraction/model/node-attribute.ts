import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type AttributeProto,
  type NodeProto,
} from 'onnx-buf';
import { create } from '@bufbuild/protobuf';

/** A float attribute. A plain number is an integer attribute. */
interface FloatAttribute {
  readonly float: number;
}
type Attribute = number | string | readonly number[] | FloatAttribute;
export type Attributes = Readonly<Record<string, Attribute>>;

/** The attributes of a node in ONNX's form. */
export function nodeAttributes(attributes: Attributes): AttributeProto[] {
  return Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
}

/** An integer attribute of a node; undefined if the node does not have it. */
export function integerAttribute({ attribute }: NodeProto, name: string): number | undefined {
  const found = attribute.find((one) => one.name === name);
  return found === undefined ? undefined : Number(found.i);
}

function attributeOf(name: string, value: Attribute): AttributeProto {
  const Type = AttributeProto_AttributeType;
  const fields =
    typeof value === 'number'
      ? { type: Type.INT, i: BigInt(value) }
      : typeof value === 'string'
        ? { type: Type.STRING, s: new TextEncoder().encode(value) }
        : 'float' in value
          ? { type: Type.FLOAT, f: value.float }
          : { type: Type.INTS, ints: value.map(BigInt) };
  return create(AttributeProtoSchema, { name, ...fields });
}
