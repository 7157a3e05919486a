import { describeValue, SaeLabError } from '@sae-lab/errors';
import { decodeFloat16 } from '../../../activations/store/float16.ts';

/** A tensor in a file. Its values are read when they are needed. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** The values in C order, as float32. */
  read(): Promise<Float32Array>;
}

/** Element types by their names in safetensors files, with their sizes in bytes. */
export const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
} as const;

export type Element = keyof typeof ELEMENT_BYTES;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Describes a tensor whose bytes are in memory.
 *
 * @param tensor `stride` in elements; C order by default
 * @throws {SaeLabError} `sae.tensor-dtype`, `sae.unreadable`
 */
export function tensorOf(
  path: string,
  tensor: {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly bytes: Uint8Array;
    readonly stride?: readonly number[];
  },
): StoredTensor {
  const { name, dtype, shape, bytes, stride } = tensor;
  if (!Object.hasOwn(ELEMENT_BYTES, dtype)) {
    throw new SaeLabError('sae.tensor-dtype', {
      problem: `the tensor ${name} has a dtype that cannot be read`,
      field: path,
      expected: 'float64, float32, float16, bfloat16 or integers',
      received: describeValue(dtype),
      fix: 'Save the weights in float32.',
    });
  }
  const element = dtype as Element;
  const length = sizeOf(shape) * ELEMENT_BYTES[element];
  if (bytes.length !== length) {
    throw new SaeLabError('sae.unreadable', {
      problem: `the tensor ${name} does not have as many bytes as its shape needs`,
      field: path,
      expected: `${length} bytes`,
      received: String(bytes.length),
      fix: 'Download or save the file again.',
    });
  }
  return {
    shape,
    read: async () => {
      const values = decodeValues(bytes, element);
      return stride === undefined ? values : gather(values, { offset: 0, shape, stride });
    },
  };
}

/** Decodes little-endian values to float32. Integers above 2^24 are rounded. */
export function decodeValues(bytes: Uint8Array, element: Element): Float32Array {
  const count = bytes.byteLength / ELEMENT_BYTES[element];
  const aligned =
    bytes.byteOffset % ELEMENT_BYTES[element] === 0
      ? bytes
      : // A typed array has to begin at a multiple of its element's size.
        bytes.slice();
  const { buffer, byteOffset } = aligned;
  switch (element) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case 'F16': {
      const values = new Float32Array(count);
      decodeFloat16(new Uint16Array(buffer, byteOffset, count), values);
      return values;
    }
    case 'BF16': {
      const bits = new Uint32Array(count);
      new Uint16Array(buffer, byteOffset, count).forEach((half, i) => (bits[i] = half << 16));
      return new Float32Array(bits.buffer);
    }
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'I32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, count));
    case 'I16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, count));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, count));
    case 'U8':
      return Float32Array.from(aligned);
  }
}

/**
 * Gathers a strided view of a storage in C order.
 *
 * @param stride in elements, for each axis
 */
export function gather(
  storage: Float32Array,
  { offset, shape, stride }: { offset: number; shape: readonly number[]; stride: readonly number[] },
): Float32Array {
  const count = sizeOf(shape);
  const contiguous = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  if (contiguous.every((step, axis) => step === stride[axis] || shape[axis] === 1)) {
    return storage.subarray(offset, offset + count);
  }
  return Float32Array.from({ length: count }, (_, index) => {
    let at = offset;
    let rest = index;
    for (const [axis, step] of contiguous.entries()) {
      at += Math.floor(rest / step) * stride[axis]!;
      rest %= step;
    }
    return storage[at]!;
  });
}
