import { TensorProto_DataType } from 'onnx-buf';

/** Element types of tensors, as the numbers used in ONNX graphs. */
export const FLOAT: number = TensorProto_DataType.FLOAT;
export const FLOAT16: number = TensorProto_DataType.FLOAT16;
export const INT32: number = TensorProto_DataType.INT32;
export const INT64: number = TensorProto_DataType.INT64;

export function nameOfType(type: number | undefined): string {
  return (type === undefined ? undefined : TensorProto_DataType[type]) ?? `type ${type}`;
}
