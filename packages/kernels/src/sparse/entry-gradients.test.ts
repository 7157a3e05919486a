import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useCpuBackend } from '../cpu-backend.ts';
import { densePasses } from '../dense/start-passes.ts';
import { entryGradientOf, leavingUnwritten, noteUse, tensorsBehind } from './entry-gradients.ts';
import { sparseKernels } from './start-kernels.ts';

const [ROWS, WIDTH, COLUMNS, K] = [24, 37, 19, 3];

beforeAll(() => useCpuBackend());
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const normal = (shape: [number, number], seed: number): tf.Tensor2D =>
  tf.randomNormal<tf.Rank.R2>(shape, 0, 1, 'float32', seed);

interface Case {
  scale?: number;
  /** How often W is used. */
  uses?: number;
  /** Whether its gradient may stay unwritten. */
  isNamed?: boolean;
}

/** The gradient of W of what a selection takes, written and, if it may be so, not. */
function gradients({ scale = 1, uses = 1, isNamed = true }: Case = {}): {
  written: tf.Tensor2D;
  unwritten: tf.Tensor2D;
} {
  const [x, W] = [normal([ROWS, WIDTH], 1), normal([COLUMNS, WIDTH], 2)];
  const all: { written?: tf.Tensor2D; unwritten?: tf.Tensor2D } = {};
  // A code gets its order by column where gradients are to come.
  tf.grad((W) => {
    const [code] = sparseKernels().select(x, W as tf.Tensor2D, undefined, [{ kind: 'topK', k: K }]);
    const { support, values } = code!;
    const dz = tf.mul<tf.Tensor2D>(values, scale);
    const gradient = (): tf.Tensor2D =>
      tf.keep(sparseKernels().selectGradients([support], W as tf.Tensor2D, dz, x).dW);
    all.written = gradient();
    all.unwritten = leavingUnwritten(isNamed ? [W] : [], () => {
      for (let use = 0; use < uses; use++) noteUse(W);
      return gradient();
    });
    return tf.sum(W);
  })(W);
  return { written: all.written!, unwritten: all.unwritten! };
}

describe('an unwritten gradient', () => {
  it('has the numbers of the written one, read, added up or moved', () => {
    const { written, unwritten } = gradients();
    expect(entryGradientOf(written)).toBeUndefined();
    expect(entryGradientOf(unwritten)).toMatchObject({ rows: ROWS, columns: COLUMNS });
    expect(unwritten.dataSync()).toEqual(written.dataSync());
    expect(entryGradientOf(unwritten)).toBeDefined();
    expect(tf.add(unwritten, written).dataSync()).toEqual(tf.mul(written, 2).dataSync());
    // Now tfjs has its numbers.
    expect(entryGradientOf(unwritten)).toBeUndefined();
    expect(unwritten.dataSync()).toEqual(written.dataSync());
    tf.dispose([written, unwritten]);
  });

  it('gives back all that it holds, when it is written and when it is not', () => {
    const held = (): unknown => ({ tensors: tf.memory().numTensors, blocks: tf.backend().numDataIds() });
    tf.tidy(() => tf.dispose(Object.values(gradients())));
    const before = held();
    for (const isRead of [false, true]) {
      tf.tidy(() => {
        const { written, unwritten } = gradients();
        expect(tensorsBehind(unwritten)).toHaveLength(4);
        if (isRead) tf.mul(unwritten, 2);
        expect(tensorsBehind(unwritten)).toHaveLength(isRead ? 0 : 4);
        tf.dispose([written, unwritten]);
      });
      expect(held()).toEqual(before);
    }
  });

  it('is surely finite but where a product could be too large or an entry is no number', () => {
    for (const [scale, isFinite] of [
      [1, true],
      [1e15, true],
      [1e30, false],
      [NaN, false],
    ] as const) {
      const { written, unwritten } = gradients({ scale });
      expect(densePasses()!.isSurelyFinite(unwritten)).toBe(isFinite);
      expect(densePasses()!.isSurelyFinite(written)).toBe(false);
      tf.dispose([written, unwritten]);
    }
  });

  it('has the sum of squares of the written one, and stays unwritten', () => {
    const { written, unwritten } = gradients();
    expect(densePasses()!.squareSum(unwritten)).toBe(densePasses()!.squareSum(written));
    expect(entryGradientOf(unwritten)).toBeDefined();
    tf.dispose([written, unwritten]);
  });

  it('is left only of a named parameter that is used once', () => {
    const isLeft = (args: Case): boolean => {
      const { written, unwritten } = gradients(args);
      const answer = entryGradientOf(unwritten) !== undefined;
      tf.dispose([written, unwritten]);
      return answer;
    };
    expect(isLeft({})).toBe(true);
    expect(isLeft({ uses: 2 })).toBe(false);
    expect(isLeft({ isNamed: false })).toBe(false);
  });
});
