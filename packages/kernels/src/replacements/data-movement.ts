import { slice_util, type TensorInfo, util } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { floats, ints } from '../heap/allocation.ts';
import { type Kernel, type KernelReplacement, input, sizeOf } from './replacement.ts';

/**
 * Kernels that only move values. Identity shares its input's memory; tfjs copies it. Transpose of a matrix, Slice, Tile (and
 * with it broadcastTo) and GatherV2 are plain loops over the heap. At 2048 × 1024 tfjs's Transpose, Tile and GatherV2 take
 * 16, 63 and 23 ms, these 2.5, 0.2 and 0.2.
 */
export const dataMovementReplacements: readonly KernelReplacement[] = [
  {
    kernelName: 'Identity',
    build: identity,
    cases: [{ inputs: { x: { values: [1, 2, 3], shape: [3] } }, expected: [1, 2, 3] }],
  },
  {
    kernelName: 'Transpose',
    build: transpose,
    cases: [
      {
        inputs: { x: { values: counting(99), shape: [9, 11] } },
        attrs: { perm: [1, 0] },
        expected: counting(99).map((i) => (i % 9) * 11 + Math.floor(i / 9)),
      },
    ],
  },
  {
    kernelName: 'Slice',
    build: slice,
    cases: [
      {
        inputs: { x: { values: counting(12), shape: [4, 3] } },
        attrs: { begin: [1, 0], size: [2, 3] },
        expected: [3, 4, 5, 6, 7, 8],
      },
      {
        inputs: { x: { values: counting(12), shape: [1, 4, 3] } },
        attrs: { begin: [0, 2, 0], size: [-1, 1, -1] },
        expected: [6, 7, 8],
      },
      {
        inputs: { x: { values: counting(12), shape: [4, 3] } },
        attrs: { begin: [1, 1], size: [2, 1] },
        expected: [4, 7],
      },
    ],
  },
  {
    kernelName: 'Tile',
    build: tile,
    cases: [
      {
        inputs: { x: { values: [1, 2, 3, 4], shape: [2, 2] } },
        attrs: { reps: [2, 2] },
        expected: [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4],
      },
    ],
  },
  {
    kernelName: 'GatherV2',
    build: gather,
    cases: [
      {
        inputs: {
          x: { values: counting(6), shape: [3, 2] },
          indices: { values: [2, 0, 2], shape: [3], dtype: 'int32' },
        },
        attrs: { axis: 0, batchDims: 0 },
        expected: [4, 5, 0, 1, 4, 5],
      },
      {
        inputs: {
          x: { values: counting(6), shape: [2, 3] },
          indices: { values: [2, 0], shape: [2], dtype: 'int32' },
        },
        attrs: { axis: 1, batchDims: 0 },
        expected: [2, 0, 5, 3],
      },
    ],
  },
];

/** Shares the values: no kernel overwrites values that several tensors share. */
function identity(original: Kernel): Kernel {
  return (args) => {
    const { dataId, shape, dtype } = input(args, 'x');
    if (dtype === 'string') return original(args);
    args.backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
}

function transpose(original: Kernel): Kernel {
  return (args) => {
    const x = input(args, 'x');
    const [rows = 0, columns = 0] = x.shape;
    const isMatrix = x.shape.length === 2 && String(args.attrs['perm']) === '1,0';
    if (!isMatrix || x.dtype !== 'float32') return original(args);
    const out = args.backend.makeOutput([columns, rows], 'float32');
    transposeMatrix(floats(args.backend, x), floats(args.backend, out), rows, columns);
    return out;
  };
}

/** Eight rows at a time, so that eight consecutive results fill part of one cache line. */
function transposeMatrix(x: Float32Array, out: Float32Array, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += 8) {
    const bottom = Math.min(top + 8, rows);
    for (let column = 0; column < columns; column++) {
      let from = top * columns + column;
      const end = column * rows + bottom;
      for (let to = column * rows + top; to < end; to++) {
        out[to] = x[from] as number;
        from += columns;
      }
    }
  }
}

/** Copies a contiguous slice directly; tfjs copies all of x first. */
function slice(original: Kernel): Kernel {
  return (args) => {
    const x = input(args, 'x');
    const [begin, size] = slice_util.parseSliceParams(
      x,
      args.attrs['begin'] as number[],
      args.attrs['size'] as number[],
    ) as [number[], number[]];
    if (x.dtype === 'string' || !slice_util.isSliceContinous(x.shape, begin, size)) return original(args);
    const out = args.backend.makeOutput(size, x.dtype);
    const start = slice_util.computeFlatOffset(begin, util.computeStrides(x.shape));
    const values = args.backend.typedArrayFromHeap(x).subarray(start, start + sizeOf(size));
    args.backend.typedArrayFromHeap(out).set(values);
    return out;
  };
}

function tile(original: Kernel): Kernel {
  return (args) => {
    const x = input(args, 'x');
    const reps = args.attrs['reps'] as number[];
    if (x.dtype === 'string' || sizeOf(x.shape) === 0) return original(args);
    const shape = x.shape.map((size, axis) => size * (reps[axis] ?? 1));
    const out = args.backend.makeOutput(shape, x.dtype);
    if (sizeOf(shape) > 0) {
      tileInto(args.backend.typedArrayFromHeap(x), args.backend.typedArrayFromHeap(out), x.shape, reps);
    }
    return out;
  };
}

type Values = ReturnType<BackendWasm['typedArrayFromHeap']>;

/** Writes the inner block of each axis once, then repeats it by copies of doubling length. */
function tileInto(x: Values, out: Values, shape: number[], reps: number[]): void {
  let from = 0;
  let to = 0;
  const block = (axis: number): void => {
    const start = to;
    if (axis === shape.length) {
      out[to++] = x[from++] as number;
      return;
    }
    const size = shape[axis] ?? 1;
    if (axis === shape.length - 1) {
      out.set(x.subarray(from, from + size), to);
      from += size;
      to += size;
    } else {
      for (let i = 0; i < size; i++) block(axis + 1);
    }
    const end = start + (to - start) * (reps[axis] ?? 1);
    if (to - start === 1) out.fill(out[start] as number, start, end);
    while (to < end) {
      const length = Math.min(to - start, end - to);
      out.copyWithin(to, start, start + length);
      to += length;
    }
    to = end;
  };
  block(0);
}

function gather(original: Kernel): Kernel {
  return (args) => {
    const x = input(args, 'x');
    const indices = input(args, 'indices');
    const axis = util.parseAxisParam(args.attrs['axis'] as number, x.shape)[0] ?? 0;
    const axisSize = x.shape[axis] ?? 0;
    const chosen = ints(args.backend, indices);
    // tfjs's kernel reports an index that is out of range.
    if (args.attrs['batchDims'] !== 0 || !chosen.every((index) => index >= 0 && index < axisSize)) {
      return original(args);
    }
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    const out = args.backend.makeOutput(shape, x.dtype);
    gatherInto(args.backend, { x, indices, out, axis });
    return out;
  };
}

function gatherInto(
  backend: BackendWasm,
  { x, indices, out, axis }: { x: TensorInfo; indices: TensorInfo; out: TensorInfo; axis: number },
): void {
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(out);
  const chosen = ints(backend, indices);
  const outer = sizeOf(x.shape.slice(0, axis));
  const size = sizeOf(x.shape.slice(axis + 1));
  const stride = (x.shape[axis] ?? 0) * size;
  let to = 0;
  for (let i = 0; i < outer; i++) {
    for (const index of chosen) {
      const from = i * stride + index * size;
      // Creating a view costs more than copying a few values.
      if (size >= 32) target.set(source.subarray(from, from + size), to);
      else for (let j = 0; j < size; j++) target[to + j] = source[from + j] as number;
      to += size;
    }
  }
}

function counting(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
