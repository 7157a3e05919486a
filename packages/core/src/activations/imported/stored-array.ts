/** Arrays in files that other programs wrote. */
import { SaeLabError, type ErrorCode, type ErrorDetails } from '@sae-lab/errors';
import type { StoredTensor } from '../../files/safetensors-header.ts';

/** Where an array's bytes are. A `.npy` file holds one, without a name. */
export interface StoredArray extends StoredTensor {
  readonly name?: string;
}

/** Bytes of a value, for each dtype that rows may have. */
export const FLOAT_BYTES: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };
/** Bytes of a value, for each dtype that document ids may have. */
export const INTEGER_BYTES: Readonly<Record<string, number>> = {
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  I64: 8,
  U64: 8,
};

/** How messages name an array. */
export function nameOf({ file, name }: StoredArray): string {
  return name === undefined ? file : `tensor ${name} in ${file}`;
}

export function shapeOf({ shape }: StoredArray): string {
  return `[${shape.join(', ')}]`;
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function refused(
  code: ErrorCode,
  array: StoredArray,
  details: Omit<ErrorDetails, 'field'>,
): SaeLabError {
  return new SaeLabError(code, { field: nameOf(array), ...details });
}
