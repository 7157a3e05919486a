import { wasm } from '../compiled/web-assembly.ts';
import type { Gemm } from '../onnx/gemm.ts';

/** Why ONNX Runtime cannot use shared memory, or undefined if it can: Node passes it to native code from 24.9 on. */
export function sharingFault(gemm: Gemm): string | undefined {
  try {
    const { buffer } = new wasm.Memory({ initial: 1, maximum: 1, shared: true });
    const [a, b, out] = [0, 16, 32].map((offset) => new Float32Array(buffer, offset, 1));
    a![0] = 2;
    b![0] = 3;
    gemm({ a: a!, b: b!, out: out!, m: 1, n: 1, k: 1, transposeA: false, transposeB: false });
    return out![0] === 6 ? undefined : `2 · 3 is ${out![0]} in shared memory`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
