import { TensorProto_DataType } from 'onnx-buf';

/** Types of a tensor's elements, as the numbers that graphs have for them. */
export const FLOAT: number = TensorProto_DataType.FLOAT;
export const FLOAT16: number = TensorProto_DataType.FLOAT16;

export function nameOfType(type: number | undefined): string {
  return (type === undefined ? undefined : TensorProto_DataType[type]) ?? `type ${type}`;
}
