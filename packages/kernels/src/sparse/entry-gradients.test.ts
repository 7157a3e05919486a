import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useCpuBackend } from '../cpu-backend.ts';
import { optimizer } from '../optimizer/start-optimizer.ts';
import type { SparseTensor } from './sparse-kernels.ts';
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
  /** Whether its gradient may be left as entries. */
  isNamed?: boolean;
}

/** The gradient of W from the entries of a selection: materialised and, if that is allowed, as entries. */
function gradients({ scale = 1, uses = 1, isNamed = true }: Case = {}): {
  materialised: tf.Tensor2D;
  entries: tf.Tensor2D;
} {
  const [x, parameter] = [normal([ROWS, WIDTH], 1), normal([COLUMNS, WIDTH], 2)];
  const found: { materialised?: tf.Tensor2D; entries?: tf.Tensor2D } = {};
  // Codes are sorted by column only while gradients are recorded.
  tf.grad((W) => {
    const gradient = (): tf.Tensor2D => {
      let code: SparseTensor | undefined;
      for (let use = 0; use < uses; use++) {
        [code] = sparseKernels().select(x, W as tf.Tensor2D, undefined, [{ kind: 'topK', k: K }]);
      }
      const dz = tf.mul<tf.Tensor2D>(code!.values, scale);
      return tf.keep(sparseKernels().selectGradients([code!.support], W as tf.Tensor2D, dz, x).dW);
    };
    found.materialised = gradient();
    found.entries = optimizer()!.withEntryGradients(isNamed ? [W] : [], gradient);
    return tf.sum(W);
  })(parameter);
  return { materialised: found.materialised!, entries: found.entries! };
}

const isEntries = (gradient: tf.Tensor): boolean => optimizer()!.tensorsBehind(gradient).length > 0;

describe('a gradient of entries', () => {
  it('equals the materialised one when it is read, added or moved', () => {
    const { materialised, entries } = gradients();
    expect(isEntries(materialised)).toBe(false);
    expect(isEntries(entries)).toBe(true);
    expect(entries.dataSync()).toEqual(materialised.dataSync());
    expect(isEntries(entries)).toBe(true);
    expect(tf.add(entries, materialised).dataSync()).toEqual(tf.mul(materialised, 2).dataSync());
    // tfjs has materialised it.
    expect(isEntries(entries)).toBe(false);
    expect(entries.dataSync()).toEqual(materialised.dataSync());
    tf.dispose([materialised, entries]);
  });

  it('releases what it holds, materialised or not', () => {
    const held = (): unknown => ({ tensors: tf.memory().numTensors, blocks: tf.backend().numDataIds() });
    tf.tidy(() => tf.dispose(Object.values(gradients())));
    const before = held();
    for (const isRead of [false, true]) {
      tf.tidy(() => {
        const { materialised, entries } = gradients();
        expect(optimizer()!.tensorsBehind(entries)).toHaveLength(4);
        if (isRead) tf.mul(entries, 2);
        expect(optimizer()!.tensorsBehind(entries)).toHaveLength(isRead ? 0 : 4);
        tf.dispose([materialised, entries]);
      });
      expect(held()).toEqual(before);
    }
  });

  it('is certain to be finite unless a product may overflow or an entry is NaN', () => {
    for (const [scale, isFinite] of [
      [1, true],
      [1e15, true],
      [1e30, false],
      [NaN, false],
    ] as const) {
      const { materialised, entries } = gradients({ scale });
      expect(optimizer()!.isSurelyFinite(entries)).toBe(isFinite);
      expect(optimizer()!.isSurelyFinite(materialised)).toBe(false);
      tf.dispose([materialised, entries]);
    }
  });

  it('has the sum of squares of the materialised one, without being materialised', () => {
    const { materialised, entries } = gradients();
    expect(optimizer()!.squareSum(entries)).toBe(optimizer()!.squareSum(materialised));
    expect(isEntries(entries)).toBe(true);
    tf.dispose([materialised, entries]);
  });

  it('is made only for a parameter that is named and used once', () => {
    const isLeft = (args: Case): boolean => {
      const { materialised, entries } = gradients(args);
      const answer = isEntries(entries);
      tf.dispose([materialised, entries]);
      return answer;
    };
    expect(isLeft({})).toBe(true);
    expect(isLeft({ uses: 2 })).toBe(false);
    expect(isLeft({ isNamed: false })).toBe(false);
  });
});
