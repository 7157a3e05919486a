/** Converts a graph to half precision. For tests. */
import type { GraphProto, TensorProto } from 'onnx-buf';
import { encodeFloat16, FLOAT16_MAX } from '../../store/float16.ts';
import { FLOAT, FLOAT16 } from './element-type.ts';

/** Converts weights, constants, casts and the cache to half precision, like a converter. */
export function toHalf({ node, initializer, input }: GraphProto): void {
  const convert = (tensor: TensorProto): void => {
    if (tensor.dataType !== FLOAT) return;
    const values = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
    const bits = new Uint16Array(values.length);
    // Like other converters, clamp the mask's lowest number to that of half precision.
    encodeFloat16(
      values.map((value) => Math.max(-FLOAT16_MAX, value)),
      bits,
    );
    Object.assign(tensor, { dataType: FLOAT16, rawData: new Uint8Array(bits.buffer) });
  };
  initializer.forEach(convert);
  for (const attribute of node.flatMap((one) => one.attribute)) {
    if (attribute.t !== undefined) convert(attribute.t);
    if (attribute.name === 'to' && attribute.i === BigInt(FLOAT)) attribute.i = BigInt(FLOAT16);
  }
  for (const { type } of input) {
    if (type?.value.case === 'tensorType' && type.value.value.elemType === FLOAT) {
      type.value.value.elemType = FLOAT16;
    }
  }
}
