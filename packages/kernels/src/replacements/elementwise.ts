import { backend_util, type TensorInfo } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type OnnxOp, openOnnxOp } from '../onnx/onnx-op.ts';
import type { OnnxRuntime, OnnxTensor } from '../onnx/runtime.ts';
import { type KernelArgs, type KernelCase, type KernelReplacement, input, sizeOf } from './replacement.ts';

type Type = 'float32' | 'bool';

interface Elementwise {
  kernelName: string;
  /** The kernel's inputs, which are broadcast to one shape. */
  inputs: Record<string, Type>;
  output: Type;
  /** ONNX operators, each applied to the previous one's result. */
  operators: readonly string[];
  cases: readonly KernelCase[];
}

/**
 * Elementwise kernels by ONNX Runtime, which take 0.1 to 2 ms for 2048 × 1024 floats; tfjs's take 2 to 20. They run on one
 * thread. Every operator's result is independent of a value's place in memory (Log's is not, in the last bit, so it is left
 * out), so runs are reproducible bit for bit.
 */
export function elementwiseReplacements(runtime: OnnxRuntime): KernelReplacement[] {
  return KERNELS.map((kernel) => replacement(runtime, kernel));
}

function replacement(runtime: OnnxRuntime, kernel: Elementwise): KernelReplacement {
  let op: OnnxOp | undefined;
  const names = Object.keys(kernel.inputs);
  return {
    kernelName: kernel.kernelName,
    cases: kernel.cases,
    build: (original) => (args) => {
      const infos = names.map((name) => input(args, name));
      if (!fits(args, kernel)) return original(args);
      const shape = infos
        .map((info) => info.shape)
        .reduce((a, b) => backend_util.assertAndGetBroadcastShape(a, b));
      if (sizeOf(shape) === 0) return original(args);
      const out = args.backend.makeOutput(shape, kernel.output);
      op ??= openOnnxOp(
        runtime,
        { ...kernel, inputs: Object.values(kernel.inputs), nodes: chain(kernel) },
        1,
      );
      op(
        infos.map((info) => onnxTensor(runtime, args.backend, info)),
        onnxTensor(runtime, args.backend, out),
      );
      return out;
    },
  };
}

/** A tensor on the wasm heap for ONNX Runtime, without a copy. Valid until the heap grows. */
function onnxTensor({ Tensor }: OnnxRuntime, backend: BackendWasm, info: TensorInfo): OnnxTensor {
  return new Tensor(info.dtype as Type, backend.typedArrayFromHeap(info) as never, info.shape);
}

function fits(args: KernelArgs, kernel: Elementwise): boolean {
  return Object.entries(kernel.inputs).every(([name, type]) => input(args, name).dtype === type);
}

function chain({ operators, inputs }: Elementwise) {
  return operators.map((opType, i) => ({
    opType,
    input: i === 0 ? Object.keys(inputs).map((_, j) => `x${j}`) : [`step${i - 1}`],
    output: [i === operators.length - 1 ? 'y' : `step${i}`],
  }));
}

const LEFT = [-2, -0.5, 0, 0.5, 1, 3];
const RIGHT = [-2, 0.25, 0, -1, 4, 2];
const TRUTH = [0, 1, 1, 0, 1, 0];
const OTHER_TRUTH = [0, 0, 1, 1, 1, 0];

function binary(
  kernelName: string,
  operators: string[],
  output: Type,
  answer: (a: number, b: number) => number,
) {
  const row = RIGHT.slice(0, 3);
  const kernel: Elementwise = {
    kernelName,
    operators,
    output,
    inputs: { a: 'float32', b: 'float32' },
    cases: [
      {
        inputs: { a: { values: LEFT, shape: [2, 3] }, b: { values: RIGHT, shape: [2, 3] } },
        expected: LEFT.map((a, i) => answer(a, RIGHT[i] ?? 0)),
      },
      {
        inputs: { a: { values: LEFT, shape: [2, 3] }, b: { values: row, shape: [3] } },
        expected: LEFT.map((a, i) => answer(a, row[i % 3] ?? 0)),
      },
    ],
  };
  return kernel;
}

function comparison(kernelName: string, operators: string[], answer: (a: number, b: number) => boolean) {
  return binary(kernelName, operators, 'bool', (a, b) => Number(answer(a, b)));
}

function logical(
  kernelName: string,
  operator: string,
  answer: (a: number, b: number) => number,
): Elementwise {
  return {
    kernelName,
    operators: [operator],
    inputs: { a: 'bool', b: 'bool' },
    output: 'bool',
    cases: [
      {
        inputs: {
          a: { values: TRUTH, shape: [6], dtype: 'bool' },
          b: { values: OTHER_TRUTH, shape: [6], dtype: 'bool' },
        },
        expected: TRUTH.map((a, i) => answer(a, OTHER_TRUTH[i] ?? 0)),
      },
    ],
  };
}

function unary(
  kernelName: string,
  operator: string,
  values: number[],
  answer: (x: number) => number,
): Elementwise {
  return {
    kernelName,
    operators: [operator],
    inputs: { x: 'float32' },
    output: 'float32',
    cases: [
      { inputs: { x: { values, shape: [values.length] } }, expected: values.map(answer), tolerance: 1e-6 },
    ],
  };
}

const KERNELS: readonly Elementwise[] = [
  binary('Maximum', ['Max'], 'float32', Math.max),
  binary('Minimum', ['Min'], 'float32', Math.min),
  comparison('Greater', ['Greater'], (a, b) => a > b),
  comparison('GreaterEqual', ['GreaterOrEqual'], (a, b) => a >= b),
  comparison('Less', ['Less'], (a, b) => a < b),
  comparison('LessEqual', ['LessOrEqual'], (a, b) => a <= b),
  comparison('Equal', ['Equal'], (a, b) => a === b),
  comparison('NotEqual', ['Equal', 'Not'], (a, b) => a !== b),
  logical('LogicalAnd', 'And', (a, b) => a & b),
  logical('LogicalOr', 'Or', (a, b) => a | b),
  {
    kernelName: 'LogicalNot',
    operators: ['Not'],
    inputs: { x: 'bool' },
    output: 'bool',
    cases: [
      { inputs: { x: { values: TRUTH, shape: [6], dtype: 'bool' } }, expected: TRUTH.map((x) => 1 - x) },
    ],
  },
  {
    kernelName: 'Pow',
    operators: ['Pow'],
    inputs: { a: 'float32', b: 'float32' },
    output: 'float32',
    cases: [
      {
        inputs: { a: { values: LEFT, shape: [6] }, b: { values: [2], shape: [1] } },
        expected: LEFT.map((x) => x * x),
        tolerance: 1e-6,
      },
    ],
  },
  unary('Sign', 'Sign', LEFT, Math.sign),
  unary('Exp', 'Exp', LEFT, Math.exp),
  unary('Tanh', 'Tanh', LEFT, Math.tanh),
  unary('Sigmoid', 'Sigmoid', LEFT, (x) => 1 / (1 + Math.exp(-x))),
  unary('Sqrt', 'Sqrt', [0, 0.25, 2, 9], Math.sqrt),
];
