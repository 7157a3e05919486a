/** A screened search finds the same entries as a search of the full float product. */
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCpuBackend } from '../../cpu-backend.ts';
import { createIntegerProduct, exactLevels } from '../../onnx/integer-product.ts';
import { loadOnnxRuntime } from '../../onnx/runtime.ts';
import { referenceKernels } from '../reference-kernels.ts';
import type { SparseTensor } from '../sparse-kernels.ts';
import { sparseKernels } from '../start-kernels.ts';
import { arraysOf, type EntryChoice } from '../support.ts';
import { isWorthScreening } from './screening.ts';

let canScreen = false;
beforeAll(async () => {
  await useCpuBackend();
  canScreen = exactLevels(createIntegerProduct(await loadOnnxRuntime())) > 0;
  if (!canScreen)
    process.stderr.write('this processor has no exact 8-bit product: only the float one is tested\n');
});

// If they had failed their self-check, the tests below would compare the reference with itself.
it('the compiled kernels are in use', () => expect(sparseKernels()).not.toBe(referenceKernels));

const [COLUMNS, WIDTH] = [2048, 64];
/** Low enough for every choice to be screened. */
const DENSITY = 0.001;

interface Problem {
  rows: number;
  k: number;
  shift: number;
  /** Number of distinct values; a small number makes ties. */
  levels: number;
  /** Factor by which some inputs and some rows of W are larger than the others. */
  outlier: number;
  seed: number;
}

const problems: fc.Arbitrary<Problem> = fc.record({
  rows: fc.integer({ min: 256, max: 700 }),
  k: fc.integer({ min: 1, max: 25 }),
  shift: fc.constantFrom(-8, -1, 0),
  levels: fc.constantFrom(4, 32),
  outlier: fc.constantFrom(1, 16),
  seed: fc.integer({ min: 0, max: 2 ** 20 }),
});

/** Small multiples of a power of two, so that sums are exact in any order. */
function numbers([rows, width]: [number, number], { seed, levels, outlier }: Problem): tf.Tensor2D {
  let state = seed + 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (((state >> 8) % levels) - (levels >> 1)) / levels;
  };
  const values = Float32Array.from({ length: rows * width }, (_, i) => {
    const row = Math.floor(i / width);
    if (row % 97 === 5) return 0;
    return next() * (row % 31 === 3 || i % 1013 === 0 ? outlier : 1);
  });
  return tf.tensor2d(values, [rows, width]);
}

function choicesOf({ k }: Problem): EntryChoice[] {
  const lowest = Float32Array.from({ length: COLUMNS }, (_, i) => (i % 5) / 2 + 1);
  const mask = Float32Array.from({ length: COLUMNS }, (_, i) => Number(i % 5 === 0));
  return [
    { kind: 'topK', k },
    { kind: 'batchTopK', k },
    { kind: 'positive' },
    { kind: 'threshold', lowest },
    { kind: 'topK', k: 2 * k, mask },
  ];
}

const plain = ({ support, values }: SparseTensor): object => ({
  ...arraysOf(support),
  values: values.dataSync(),
});

it('a screened search finds the same entries, bit for bit, if sums are exact', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(problems, fc.boolean(), (problem, hasBias) =>
      tf.tidy(() => {
        const x = numbers([problem.rows, WIDTH], problem);
        const W = numbers([COLUMNS, WIDTH], { ...problem, seed: problem.seed + 1 });
        const offsets = numbers([COLUMNS, 1], { ...problem, outlier: 1 }).flatten();
        const bias = hasBias ? tf.add<tf.Tensor1D>(offsets, problem.shift) : undefined;
        for (const choice of choicesOf(problem)) {
          const choices = choice.mask === undefined ? [choice] : [{ kind: 'topK' as const, k: 1 }, choice];
          const actual = sparseKernels().select(x, W, bias, choices, DENSITY);
          const expected = referenceKernels.select(x, W, bias, choices);
          expect(actual.map(plain)).toEqual(expected.map(plain));
        }
      }),
    ),
    { numRuns: 12, seed: 1 },
  );
});

describe('a screened search of Gaussian numbers', () => {
  const random = (shape: [number, number], seed: number): tf.Tensor2D =>
    tf.randomNormal(shape, 0, 1, 'float32', seed);

  it.each([
    { power: 1, width: WIDTH },
    { power: 3, width: WIDTH },
    { power: 1, width: 4096 },
  ])('finds the largest, up to ties within rounding (power $power, width $width)', ({ power, width }) => {
    tf.tidy(() => {
      const [rows, k] = [300, 20];
      const x = tf.pow<tf.Tensor2D>(random([rows, width], 1), power);
      const W = tf.pow<tf.Tensor2D>(random([COLUMNS, width], 2), power);
      const z = tf.matMul(x, W, false, true).arraySync() as number[][];
      const [{ support, values }] = sparseKernels().select(x, W, undefined, [{ kind: 'topK', k }]) as [
        SparseTensor,
      ];
      const found = values.dataSync();
      const { rowStart, columnOf } = arraysOf(support);
      z.forEach((row, b) => {
        const columns = [...columnOf.subarray(rowStart[b], rowStart[b + 1])];
        expect(columns).toHaveLength(k);
        const size = Math.max(...row);
        columns.forEach((column, i) => {
          expect(Math.abs(found[rowStart[b]! + i]! - row[column]!) / size).toBeLessThan(1e-5);
        });
        const kept = Math.min(...columns.map((column) => row[column]!));
        const left = Math.max(...row.filter((_, column) => !columns.includes(column)));
        expect(left - kept).toBeLessThan(1e-5 * size);
      });
    });
  });

  it.each([0, 100])('keeps a NaN bias visible next to others of %d', (offset) => {
    tf.tidy(() => {
      const [x, W] = [random([300, WIDTH], 1), random([COLUMNS, WIDTH], 2)];
      const bias = tf.fill<tf.Rank.R1>([COLUMNS], offset).dataSync();
      bias[7] = Number.NaN;
      const choices: EntryChoice[] = [
        { kind: 'topK', k: 20 },
        { kind: 'batchTopK', k: 4 },
      ];
      for (const choice of choices) {
        const [actual, expected] = [sparseKernels(), referenceKernels].map((kernels) =>
          arraysOf(kernels.select(x, W, tf.tensor1d(bias), [choice])[0]!.support),
        );
        expect(actual).toEqual(expected);
      }
    });
  });

  it.each([5, 270])('keeps NaN in row %d visible when the largest of a batch are chosen', (at) => {
    tf.tidy(() => {
      const [rows, k] = [512, 4];
      const values = random([rows, WIDTH], 1).dataSync();
      values[at * WIDTH + 3] = Number.NaN;
      const [{ support, values: found }] = sparseKernels().select(
        tf.tensor2d(values, [rows, WIDTH]),
        random([COLUMNS, WIDTH], 2),
        undefined,
        [{ kind: 'batchTopK', k }],
      ) as [SparseTensor];
      const { rowStart, columnOf } = arraysOf(support);
      expect(rowStart[rows]).toBe(k * rows);
      expect(columnOf).toHaveLength(k * rows);
      const row = found.dataSync().subarray(rowStart[at], rowStart[at + 1]);
      // The whole row is NaN, and ranks before all others.
      expect(row).toHaveLength(COLUMNS);
      expect(row.every(Number.isNaN)).toBe(true);
    });
  });

  it.each([1e-25, 1e-44])('finds the largest of numbers near %d', (size) => {
    tf.tidy(() => {
      const x = tf.mul<tf.Tensor2D>(random([300, WIDTH], 1), size);
      const W = random([COLUMNS, WIDTH], 2);
      const [actual, expected] = [sparseKernels(), referenceKernels].map((kernels) =>
        kernels
          .select(x, W, undefined, [{ kind: 'topK', k: 20 }])[0]!
          .values.dataSync<'float32'>()
          .reduce((sum, value) => sum + value, 0),
      ) as [number, number];
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-4 * expected);
    });
  });

  it('keeps NaN visible', () => {
    tf.tidy(() => {
      const x = tf.concat<tf.Tensor2D>([
        tf.fill<tf.Rank.R2>([1, WIDTH], Number.NaN),
        random([299, WIDTH], 1),
      ]);
      const W = random([COLUMNS, WIDTH], 2);
      const [{ support, values }] = sparseKernels().select(x, W, undefined, [{ kind: 'topK', k: 3 }]) as [
        SparseTensor,
      ];
      expect([...support.columnOf.dataSync().subarray(0, 3)]).toEqual([0, 1, 2]);
      expect([...values.dataSync().subarray(0, 3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    });
  });
});

it('screening is used if few entries of a large product are chosen', () => {
  const large = { x: 0, W: 0, bias: undefined, rows: 4096, width: 512, columns: 4096 };
  const all = new Int32Array(4096);
  const worth = (choice: EntryChoice, density?: number): boolean =>
    isWorthScreening(large, [choice], [all], density);
  expect(worth({ kind: 'topK', k: 32 })).toBe(true);
  expect(worth({ kind: 'topK', k: 320 })).toBe(false);
  expect(worth({ kind: 'positive' }, 0.01)).toBe(true);
  expect(worth({ kind: 'positive' }, 0.1)).toBe(false);
  expect(worth({ kind: 'positive' })).toBe(false);
  expect(isWorthScreening({ ...large, columns: 512 }, [{ kind: 'topK', k: 3 }], [all], undefined)).toBe(
    false,
  );
});
