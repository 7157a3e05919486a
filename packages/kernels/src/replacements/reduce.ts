import { backend_util, util } from '@tensorflow/tfjs';
import { floats } from '../heap/allocation.ts';
import type { Gemm } from '../onnx/gemm.ts';
import { type OnnxOp, intAttribute, openOnnxOp } from '../onnx/onnx-op.ts';
import type { OnnxRuntime } from '../onnx/runtime.ts';
import { type KernelReplacement, input, sizeOf } from './replacement.ts';

/**
 * Sum and Mean over the first axes, the last axes, or all. Over the first axis of 2048 × 1024 floats tfjs's take 17 ms, and
 * 1 ms otherwise; these take 0.2. tfjs's also lose digits, since they add all values in one sequence.
 */
export function reduceReplacements(runtime: OnnxRuntime, gemm: Gemm): KernelReplacement[] {
  const sums = createSums(runtime, gemm);
  const x = { values: [1, 2, 3, 4, 5, 7], shape: [2, 3] };
  return [
    {
      kernelName: 'Sum',
      build: reduction(sums, () => 1),
      cases: [
        { inputs: { x }, attrs: { axis: [0], keepDims: false }, expected: [5, 7, 10] },
        { inputs: { x }, attrs: { axis: [1], keepDims: true }, expected: [6, 16] },
        { inputs: { x }, attrs: { axis: [0, 1], keepDims: false }, expected: [22] },
      ],
    },
    {
      kernelName: 'Mean',
      build: reduction(sums, (count) => count),
      cases: [
        { inputs: { x }, attrs: { axis: [0], keepDims: false }, expected: [2.5, 3.5, 5] },
        { inputs: { x }, attrs: { axis: [1], keepDims: true }, expected: [2, 16 / 3], tolerance: 1e-6 },
      ],
    },
  ];
}

function reduction(sums: Sums, divisorOf: (count: number) => number): KernelReplacement['build'] {
  return (original) => (args) => {
    const x = input(args, 'x');
    const axes = util
      .parseAxisParam(args.attrs['axis'] as number | number[], x.shape)
      .toSorted((a, b) => a - b);
    const first = axes.every((axis, i) => axis === i);
    const last = axes.every((axis, i) => axis === x.shape.length - axes.length + i);
    if (x.dtype !== 'float32' || axes.length === 0 || !(first || last)) return original(args);
    const [shape, reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const out = args.backend.makeOutput(shape, 'float32');
    const [values, results] = [floats(args.backend, x), floats(args.backend, out)];
    const count = sizeOf(reduced);
    if (values.length === 0) results.fill(0);
    else if (last) sums.ofRows(values, count, results);
    else sums.ofColumns(values, count, results);
    const divisor = divisorOf(count);
    if (divisor !== 1) for (let i = 0; i < results.length; i++) results[i] = (results[i] as number) / divisor;
    return args.attrs['keepDims'] === true
      ? { ...out, shape: backend_util.expandShapeToKeepDim(shape, axes) }
      : out;
  };
}

interface Sums {
  ofRows(values: Float32Array, columns: number, out: Float32Array): void;
  ofColumns(values: Float32Array, rows: number, out: Float32Array): void;
}

/** Values per piece. A piece is summed in float32, and the sums are added in float64. */
const PIECE = 1024;

/**
 * Rows are summed as a product with a column of ones. ONNX Runtime's own reduction over the last axis adds in an order that
 * depends on where in memory the row starts, which changes from step to step.
 */
function createSums(runtime: OnnxRuntime, gemm: Gemm): Sums {
  const ones = new Float32Array(PIECE).fill(1);
  const shortRows = (values: Float32Array, columns: number, out: Float32Array): void => {
    const shape = { m: out.length, n: 1, k: columns, transposeA: false, transposeB: false };
    gemm({ a: values, b: ones.subarray(0, columns), out, ...shape });
  };
  const longRow = (row: Float32Array): number => {
    const whole = Math.floor(row.length / PIECE);
    const pieces = new Float32Array(whole);
    shortRows(row.subarray(0, whole * PIECE), PIECE, pieces);
    let sum = 0;
    for (const value of pieces) sum += value;
    for (const value of row.subarray(whole * PIECE)) sum += value;
    return sum;
  };
  let reduceColumns: OnnxOp | undefined;
  return {
    ofRows(values, columns, out) {
      if (out.length > 1 && columns <= PIECE) shortRows(values, columns, out);
      else {
        for (let i = 0; i < out.length; i++)
          out[i] = longRow(values.subarray(i * columns, (i + 1) * columns));
      }
    },
    ofColumns(values, rows, out) {
      reduceColumns ??= openColumnSum(runtime);
      reduceColumns(
        [
          new runtime.Tensor('float32', values, [rows, out.length]),
          new runtime.Tensor('int64', BigInt64Array.of(0n), [1]),
        ],
        new runtime.Tensor('float32', out, [out.length]),
      );
    },
  };
}

function openColumnSum(runtime: OnnxRuntime): OnnxOp {
  const attribute = [intAttribute('keepdims', 0)];
  return openOnnxOp(
    runtime,
    {
      inputs: ['float32', 'int64'],
      output: 'float32',
      nodes: [{ opType: 'ReduceSum', input: ['x0', 'x1'], output: ['y'], attribute }],
    },
    1,
  );
}
