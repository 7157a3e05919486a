import { openOnnxOp } from './onnx-op.ts';
import type { OnnxRuntime } from './runtime.ts';

interface IntegerProductArgs {
  /** [m, k]. */
  a: Uint8Array;
  /** [k, n]. */
  b: Int8Array;
  /** [m, n], overwritten. */
  out: Int32Array;
  m: number;
  n: number;
  k: number;
}

/** out = a · b, exact, and several times faster than a float product. */
export type IntegerProduct = (args: IntegerProductArgs) => void;

export function createIntegerProduct(runtime: OnnxRuntime): IntegerProduct {
  const op = openOnnxOp(
    runtime,
    {
      inputs: ['uint8', 'int8'],
      output: 'int32',
      nodes: [{ opType: 'MatMulInteger', input: ['x0', 'x1'], output: ['y'] }],
    },
    1,
  );
  return ({ a, b, out, m, n, k }) => {
    const inputs = [new runtime.Tensor('uint8', a, [m, k]), new runtime.Tensor('int8', b, [k, n])];
    op(inputs, new runtime.Tensor('int32', out, [m, n]));
  };
}

/**
 * The largest |b| with which products are exact: 127, 64, or 0 if none are. Processors without instructions for sums of four
 * products (VNNI) add pairs of products in 16 bits, which overflow for 127.
 */
export function exactLevels(product: IntegerProduct): number {
  return [127, 64].find((levels) => isExact(product, levels)) ?? 0;
}

function isExact(product: IntegerProduct, levels: number): boolean {
  const [m, n, k] = [5, 64, 128];
  const a = Uint8Array.from({ length: m * k }, (_, i) => (i % 3 === 0 ? 254 : 255));
  const b = Int8Array.from({ length: k * n }, (_, i) => (Math.floor(i / n) % 8 < 4 ? levels : -levels));
  const out = new Int32Array(m * n);
  product({ a, b, out, m, n, k });
  return out.every((value, i) => {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += a[Math.floor(i / n) * k + j]! * b[j * n + (i % n)]!;
    return value === sum;
  });
}
