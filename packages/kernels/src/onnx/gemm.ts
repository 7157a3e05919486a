import { type OnnxOp, intAttribute, openOnnxOp } from './onnx-op.ts';
import type { OnnxRuntime } from './runtime.ts';

export interface GemmArgs {
  /** [m, k], or [k, m] with `transposeA`. */
  a: Float32Array;
  /** [k, n], or [n, k] with `transposeB`. */
  b: Float32Array;
  transposeA: boolean;
  transposeB: boolean;
  m: number;
  n: number;
  k: number;
  /** [n], added to every row. */
  bias?: Float32Array;
  relu?: boolean;
  /** [m, n], overwritten. */
  out: Float32Array;
}

export type Gemm = (args: GemmArgs) => void;

/**
 * out = relu(a · b + bias) by ONNX Runtime, with the same bits for every number of threads.
 *
 * @param threads the most threads that a product uses
 */
export function createGemm(runtime: OnnxRuntime, threads: number): Gemm {
  const ops = new Map<string, OnnxOp>();
  const opFor = (args: GemmArgs): OnnxOp => {
    const useThreads = splitKeepsBits(args, threads) ? threads : 1;
    const key = [args.transposeA, args.transposeB, args.bias !== undefined, args.relu, useThreads].join();
    let op = ops.get(key);
    if (op === undefined) {
      op = openGemm(runtime, args, useThreads);
      ops.set(key, op);
    }
    return op;
  };
  const tensor = (data: Float32Array, dims: number[]) => new runtime.Tensor('float32', data, dims);
  return (args) => {
    const { a, b, bias, out, m, n, k } = args;
    if (m === 0 || n === 0) return;
    const inputs = [
      tensor(a, args.transposeA ? [k, m] : [m, k]),
      tensor(b, args.transposeB ? [n, k] : [k, n]),
      ...(bias === undefined ? [] : [tensor(bias, [n])]),
    ];
    opFor(args)(inputs, tensor(out, [m, n]));
  };
}

/**
 * Whether threads leave the order of additions as it is. ONNX Runtime cuts the larger of m and n into pieces. It sums a piece
 * of at most 64 columns over k in longer runs than a wider one, and a single row or column by another routine.
 */
function splitKeepsBits({ m, n }: GemmArgs, threads: number): boolean {
  return n > m ? n >= 128 * threads : n > 1 && m >= 2 * threads;
}

function openGemm(runtime: OnnxRuntime, args: GemmArgs, threads: number): OnnxOp {
  const hasBias = args.bias !== undefined;
  const product = args.relu ? 'product' : 'y';
  return openOnnxOp(
    runtime,
    {
      inputs: hasBias ? ['float32', 'float32', 'float32'] : ['float32', 'float32'],
      output: 'float32',
      nodes: [
        {
          opType: 'Gemm',
          input: hasBias ? ['x0', 'x1', 'x2'] : ['x0', 'x1'],
          output: [product],
          attribute: [
            intAttribute('transA', Number(args.transposeA)),
            intAttribute('transB', Number(args.transposeB)),
          ],
        },
        ...(args.relu ? [{ opType: 'Relu', input: [product], output: ['y'] }] : []),
      ],
    },
    threads,
  );
}
