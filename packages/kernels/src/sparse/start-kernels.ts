import * as tf from '@tensorflow/tfjs';
import type { Heap } from '../heap/heap.ts';
import type { Gemm } from '../onnx/gemm.ts';
import { startChecked, type SelfCheckCase } from '../self-check.ts';
import { compiledKernels } from './compiled-kernels.ts';
import type { EntryGradients } from './entry-gradients.ts';
import { referenceKernels } from './reference-kernels.ts';
import type { SparseKernels } from './sparse-kernels.ts';
import type { EntryChoice } from './support.ts';

let current: SparseKernels = referenceKernels;

/** The sparse operations: the compiled kernels once they have passed their self-check, otherwise the reference. */
export function sparseKernels(): SparseKernels {
  return current;
}

/** Starts the compiled kernels. If they fail their self-check, the reference kernels are used, with a warning. */
export function startSparseKernels(heap: Heap, gemm: Gemm, gradients: EntryGradients): string[] {
  const compiled = compiledKernels(heap, gemm, gradients);
  const fallback = 'using the reference kernels, which are much slower';
  const { part, warnings } = startChecked('the sparse kernels', compiled, casesOf, fallback);
  current = part ?? referenceKernels;
  return warnings;
}

function* casesOf(compiled: SparseKernels): Generator<SelfCheckCase> {
  const actual = answers(compiled);
  for (const [name, expected] of Object.entries(answers(referenceKernels))) {
    yield { name, actual: actual[name]!, expected };
  }
}

/** The result of every operation, on numbers for which float32 is exact. */
function answers(kernels: SparseKernels): Record<string, ArrayLike<number>> {
  // The width is more than one strip and not a multiple of it.
  const [rows, width, columns] = [5, 38, 19];
  const numbers = (shape: number[], stride: number): tf.Tensor =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * stride) % 3) - 1),
      shape,
    );
  const x = numbers([rows, width], 7) as tf.Tensor2D;
  const W = numbers([columns, width], 5) as tf.Tensor2D;
  const bias = numbers([columns], 4) as tf.Tensor1D;
  const offset = numbers([width], 2) as tf.Tensor1D;
  const mask = Float32Array.from({ length: columns }, (_, i) => i % 2);
  const choices: EntryChoice[] = [
    { kind: 'topK', k: 3 },
    { kind: 'topK', k: 2, mask },
    { kind: 'batchTopK', k: 2 },
    { kind: 'positive' },
    { kind: 'threshold', lowest: mask },
  ];
  const bounds = [4, 11];
  const codes = kernels.select(x, W, bias, choices);
  const found: Record<string, ArrayLike<number>> = {};
  codes.forEach((code, i) => {
    const dy = numbers([rows, width], 4) as tf.Tensor2D;
    const product = kernels.product(code, W, offset);
    const { dValues, dW } = kernels.productGradients(code, W, dy, false);
    const { sum, errors, slopes } = kernels.squaredError(x, code, W, offset, bounds);
    const ofErrors = kernels.squaredErrorGradients(code, W, errors, bounds, 2);
    const select = kernels.selectGradients([code.support], W, code.values, x);
    const perColumn = {
      gathered: kernels.gatherColumns(code.support, bias),
      sums: kernels.sumColumns(code),
      fired: kernels.fired(code),
    };
    const tensors = { ...code, product, dValues, dWdec: dW, errors, slopes, ...select, ...perColumn };
    for (const [name, tensor] of Object.entries({
      ...tensors,
      sum: tf.scalar(sum),
      nestedW: ofErrors.dW,
      nestedBias: ofErrors.dBias,
    })) {
      if (tensor instanceof tf.Tensor) found[`${name} of ${choices[i]!.kind}`] = tensor.dataSync();
    }
    found[`columns of ${choices[i]!.kind}`] = code.support.columnOf.dataSync();
    found[`rows of ${choices[i]!.kind}`] = code.support.rowStart.dataSync();
  });
  return found;
}
