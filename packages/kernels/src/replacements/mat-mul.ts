import { type TensorInfo, getKernel } from '@tensorflow/tfjs';
import { CPU_BACKEND } from '../backend-name.ts';
import { floats } from '../heap/allocation.ts';
import type { Heap } from '../heap/heap.ts';
import type { Gemm, GemmArgs } from '../onnx/gemm.ts';
import {
  type Kernel,
  type KernelArgs,
  type KernelCase,
  type KernelReplacement,
  input,
} from './replacement.ts';

/** Rows that the compiled transpose handles at a time. */
const SIDE = 16;

/** tfjs's two matrix products, of [..., m, k] and [..., k, n] with broadcast leading axes. */
export function matMulReplacements(gemm: Gemm, heap: Heap): KernelReplacement[] {
  const byTranspose = transposedProduct(gemm, heap);
  const product: Gemm = (args) => (isTallGradient(args) ? byTranspose(args) : gemm(args));
  return [
    {
      kernelName: 'BatchMatMul',
      build: (original) => (args) => (isFloat(args) ? matMul(product, args, {}) : original(args)),
      cases: [
        ...TRANSPOSES.map((attrs) => productCase(attrs)),
        productCase({ transposeA: true, transposeB: false }, [TALL.rows + 3, 17, 17 * TALL.depth]),
      ],
    },
    {
      kernelName: '_FusedMatMul',
      build: (original) => fusedMatMul(product, original),
      cases: TRANSPOSES.map((attrs) => fusedCase(attrs)),
    },
  ];
}

/** Activations that run as a separate kernel on the product. */
const ACTIVATION_KERNELS: Record<string, string> = {
  elu: 'Elu',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
  relu6: 'Relu6',
  sigmoid: 'Sigmoid',
};

/** tfjs's fused kernel adds the bias wrongly outside its fast path, for example with transposed inputs. */
function fusedMatMul(gemm: Gemm, original: Kernel): Kernel {
  return (args) => {
    const { bias } = args.inputs;
    const activation = args.attrs['activation'] as string;
    const n = input(args, 'b').shape.at(args.attrs['transposeB'] ? -2 : -1);
    const fits = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === n);
    const kernelName = ACTIVATION_KERNELS[activation];
    const known = activation === 'linear' || activation === 'relu' || kernelName !== undefined;
    if (!known || !fits || !isFloat(args)) return original(args);
    const relu = activation === 'relu';
    const product = matMul(gemm, args, { relu, ...(bias === undefined ? {} : { bias }) });
    if (kernelName === undefined) return product;
    const kernel = getKernel(kernelName, CPU_BACKEND).kernelFunc as unknown as Kernel;
    const { preluActivationWeights: weights } = args.inputs;
    const out = kernel({
      inputs: { x: product, ...(weights === undefined ? {} : { alpha: weights }) },
      attrs: { alpha: args.attrs['leakyreluAlpha'] },
      backend: args.backend,
    });
    args.backend.disposeData(product.dataId);
    return out;
  };
}

function matMul(gemm: Gemm, args: KernelArgs, extra: { bias?: TensorInfo; relu?: boolean }): TensorInfo {
  const { backend, attrs } = args;
  const a = input(args, 'a');
  const b = input(args, 'b');
  const transposeA = attrs['transposeA'] === true;
  const transposeB = attrs['transposeB'] === true;
  const [aRows, aColumns] = lastTwo(a);
  const [bRows, bColumns] = lastTwo(b);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [n, kOfB] = transposeB ? [bRows, bColumns] : [bColumns, bRows];
  if (k !== kOfB) {
    throw new RangeError(
      `matMul: inner sizes ${k} and ${kOfB} of shapes [${a.shape.join()}] and [${b.shape.join()}] differ`,
    );
  }
  const batch = broadcastBatches(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const out = backend.makeOutput([...batch.shape, m, n], 'float32');
  batch.pairs.forEach(([aIndex, bIndex], i) => {
    // The previous product may have grown the heap.
    gemm({
      a: floats(backend, a).subarray(aIndex * m * k, (aIndex + 1) * m * k),
      b: floats(backend, b).subarray(bIndex * n * k, (bIndex + 1) * n * k),
      out: floats(backend, out).subarray(i * m * n, (i + 1) * m * n),
      transposeA,
      transposeB,
      m,
      n,
      k,
      ...(extra.bias !== undefined && { bias: floats(backend, extra.bias) }),
      relu: extra.relu === true,
    });
  });
  return out;
}

/** ONNX Runtime copies a transposed matrix repeatedly. From this size, transposing two smaller matrices is faster. */
const TALL = { rows: 512, ratio: 2, depth: 4 };

/** Whether the product is aᵀ·b of the shape of a dictionary's gradient: many rows, few columns, and many more terms. */
function isTallGradient({ m, n, k, transposeA, transposeB, bias, relu }: GemmArgs): boolean {
  const isTall = m >= TALL.rows && m >= TALL.ratio * n && k >= TALL.depth * n;
  return isTall && transposeA && !transposeB && bias === undefined && relu !== true;
}

/** aᵀ·b as (bᵀ·a)ᵀ. */
function transposedProduct(gemm: Gemm, heap: Heap): Gemm {
  return ({ a, b, out, m, n, k }) =>
    heap.withScratch((scratch) => {
      const [bOffset, outOffset] = [b.byteOffset, out.byteOffset];
      const [bT, outT] = [scratch.allocate(n * k), scratch.allocate(n * m)];
      heap.rows('transpose', Math.ceil(k / SIDE), [k, n, bOffset, bT]);
      // The allocations may have grown the heap.
      const right = heap.floats(a.byteOffset, k * m);
      const product = { a: heap.floats(bT, n * k), b: right, out: heap.floats(outT, n * m), m: n, n: m, k };
      gemm({ ...product, transposeA: false, transposeB: false });
      heap.rows('transpose', Math.ceil(n / SIDE), [n, m, outT, outOffset]);
    });
}

function isFloat(args: KernelArgs): boolean {
  return Object.values(args.inputs).every((info) => info === undefined || info.dtype === 'float32');
}

function lastTwo({ shape }: TensorInfo): [number, number] {
  return [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}

/** Which matrices of a and b are multiplied for each matrix of the result. */
function broadcastBatches(a: number[], b: number[]): { shape: number[]; pairs: [number, number][] } {
  const rank = Math.max(a.length, b.length);
  const pad = (shape: number[]) => [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
  const shapeA = pad(a);
  const shapeB = pad(b);
  let shape: number[] = [];
  let pairs: [number, number][] = [[0, 0]];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = shapeA[axis] ?? 1;
    const sizeB = shapeB[axis] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new RangeError(`matMul: leading axes [${a.join()}] and [${b.join()}] do not broadcast`);
    }
    const size = sizeA === 1 ? sizeB : sizeA;
    shape = [...shape, size];
    pairs = pairs.flatMap(([i, j]) =>
      Array.from({ length: size }, (_, step): [number, number] => [
        i * sizeA + (sizeA === 1 ? 0 : step),
        j * sizeB + (sizeB === 1 ? 0 : step),
      ]),
    );
  }
  return { shape, pairs };
}

const TRANSPOSES = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

/** Small integers, so that the product is exact; large enough for every path. */
function productCase(
  attrs: { transposeA: boolean; transposeB: boolean },
  [m, n, k]: readonly [number, number, number] = [163, 130, 13],
): KernelCase {
  const a = smallIntegers(m * k, 7);
  const b = smallIntegers(k * n, 11);
  const expected = Array.from({ length: m * n }, (_, index) => {
    const [row, column] = [Math.floor(index / n), index % n];
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const left = attrs.transposeA ? i * m + row : row * k + i;
      const right = attrs.transposeB ? column * k + i : i * n + column;
      sum += (a[left] ?? 0) * (b[right] ?? 0);
    }
    return sum;
  });
  return {
    inputs: {
      a: { values: a, shape: attrs.transposeA ? [1, k, m] : [1, m, k] },
      b: { values: b, shape: attrs.transposeB ? [1, n, k] : [1, k, n] },
    },
    attrs,
    expected,
  };
}

function fusedCase(attrs: { transposeA: boolean; transposeB: boolean }): KernelCase {
  const plain = productCase(attrs);
  const n = 130;
  const bias = smallIntegers(n, 5);
  return {
    inputs: { ...plain.inputs, bias: { values: bias, shape: [n] } },
    attrs: { ...attrs, activation: 'relu' },
    expected: plain.expected.map((value, index) => Math.max(value + (bias[index % n] ?? 0), 0)),
  };
}

function smallIntegers(count: number, stride: number): number[] {
  return Array.from({ length: count }, (_, i) => ((i * stride) % 9) - 4);
}
