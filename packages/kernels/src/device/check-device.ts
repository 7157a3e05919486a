import * as tf from '@tensorflow/tfjs';
import { selectTopK } from '../replacements/select-top-k.ts';
import { firstDifference } from '../self-check.ts';

const [ROWS, INNER, COLUMNS, K] = [24, 16, 64, 3];

/**
 * Runs the forward and backward pass of a small encoder on the current backend, on integers, so that every sum is exact.
 *
 * @returns what is wrong, or undefined
 */
export async function checkDevice(): Promise<string | undefined> {
  const numbers = (size: number, step: number): Float32Array =>
    Float32Array.from({ length: size }, (_, i) => ((i * step) % 11) - 5);
  const [x, w] = [numbers(ROWS * INNER, 7), numbers(COLUMNS * INNER, 3)];
  const [codeTensor, gradientTensor] = tf.tidy(() => {
    const [tx, tw] = [tf.tensor2d(x, [ROWS, INNER]), tf.tensor2d(w, [COLUMNS, INNER])];
    const code = selectTopK(tf.matMul(tx, tw, false, true), K);
    return [code, tf.matMul(code, tx, true, false)] as const;
  });
  try {
    const expected = expectedValues(x, w);
    // WebGPU can only be read asynchronously.
    const cases = [
      ['the largest values of a product', await codeTensor.data(), expected.code],
      ['the gradient of a product', await gradientTensor.data(), expected.gradient],
    ] as const;
    for (const [name, actual, answer] of cases) {
      const difference = firstDifference(actual, answer);
      if (difference !== undefined) return `${name}: ${difference}`;
    }
    return undefined;
  } finally {
    tf.dispose([codeTensor, gradientTensor]);
  }
}

function expectedValues(x: Float32Array, w: Float32Array): { code: number[]; gradient: number[] } {
  const code: number[] = [];
  const gradient = Array.from({ length: COLUMNS * INNER }, () => 0);
  for (let row = 0; row < ROWS; row++) {
    const z = Array.from({ length: COLUMNS }, (_, column) =>
      w
        .subarray(column * INNER, (column + 1) * INNER)
        .reduce((sum, weight, i) => sum + weight * x[row * INNER + i]!, 0),
    );
    const order = [...z.keys()].toSorted((i, j) => z[j]! - z[i]! || i - j);
    const kept = new Set(order.slice(0, K).filter((column) => z[column]! > 0));
    z.forEach((value, column) => {
      code.push(kept.has(column) ? value : 0);
      if (!kept.has(column)) return;
      for (let i = 0; i < INNER; i++) gradient[column * INNER + i]! += value * x[row * INNER + i]!;
    });
  }
  return { code, gradient };
}
