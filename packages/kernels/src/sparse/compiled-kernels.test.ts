/** The compiled sparse operations against the reference, over sizes, ties, empty rows and several slabs. */
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { useCpuBackend } from '../cpu-backend.ts';
import { packedSupport } from './packed.ts';
import { referenceKernels } from './reference-kernels.ts';
import type { SparseKernels, SparseTensor } from './sparse-kernels.ts';
import { sparseKernels } from './start-kernels.ts';
import { arraysOf, type EntryChoice, type SupportArrays } from './support.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

// If they had failed their self-check, the tests below would compare the reference with itself.
it('the compiled kernels are in use', () => expect(sparseKernels()).not.toBe(referenceKernels));

interface Problem {
  rows: number;
  width: number;
  columns: number;
  k: number;
  /** Added to all pre-activations. */
  shift: number;
  /** Number of distinct values; a small number makes ties. */
  levels: number;
  seed: number;
}

const problems = fc.record({
  // Up to three slabs.
  rows: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 250, max: 520 })),
  width: fc.integer({ min: 1, max: 70 }),
  columns: fc.integer({ min: 1, max: 150 }),
  k: fc.integer({ min: 0, max: 160 }),
  shift: fc.constantFrom(-1000, -3, 0, 3),
  levels: fc.constantFrom(3, 2 ** 16),
  seed: fc.integer({ min: 0, max: 2 ** 20 }),
});

/** Small multiples of a power of two, so that sums are exact in any order. */
function numbers(shape: number[], { seed, levels }: Problem): tf.Tensor {
  let state = seed + 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (((state >> 8) % levels) - (levels >> 1)) / levels;
  };
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next), shape);
}

function choicesOf({ columns, k, levels }: Problem): EntryChoice[] {
  const mask = Float32Array.from({ length: columns }, (_, i) => Number(i % 3 === 0));
  const lowest = Float32Array.from({ length: columns }, (_, i) => ((i % 5) - 2) / Math.min(levels, 8));
  return [
    { kind: 'topK', k },
    { kind: 'topK', k: Math.ceil(k / 2), mask },
    { kind: 'batchTopK', k },
    { kind: 'batchTopK', k: 2, mask },
    { kind: 'positive' },
    { kind: 'positive', mask },
    { kind: 'threshold', lowest },
    { kind: 'threshold', lowest, mask },
  ];
}

function close(actual: tf.Tensor, expected: tf.Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const largest = tf.max(tf.abs(expected)).dataSync()[0]! || 1;
  if (expected.size > 0)
    expect(tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]! / largest).toBeLessThan(1e-5);
}

function gradientsOf(
  kernels: SparseKernels,
  code: SparseTensor,
  W: tf.Tensor2D,
  problem: Problem,
): tf.Tensor[] {
  const { rows, width, columns } = problem;
  const dy = numbers([rows, width], { ...problem, seed: 7 }) as tf.Tensor2D;
  const offset = numbers([width], problem) as tf.Tensor1D;
  const bounds = [...new Set([Math.ceil(columns / 3), Math.ceil(columns / 2)])];
  const x = numbers([rows, width], { ...problem, seed: 8 }) as tf.Tensor2D;
  const { dValues, dW } = kernels.productGradients(code, W, dy, false);
  const whole = kernels.squaredError(x, code, W, undefined, [columns]);
  const nested = kernels.squaredError(x, code, W, offset, bounds);
  const ofErrors = kernels.squaredErrorGradients(code, W, nested.errors, bounds, 3);
  const ofAll = kernels.squaredErrorGradients(code, W, whole.errors, [columns], 3);
  const select = kernels.selectGradients(
    [code.support, code.support],
    W,
    tf.concat([code.values, code.values], 1),
    dy,
  );
  return [
    kernels.product(code, W),
    kernels.product(code, W, offset),
    kernels.productGradients(code, W, dy, true).dValues,
    dValues,
    dW!,
    ...[whole, nested].flatMap(({ sum, errors, slopes }) => [tf.scalar(sum), errors, slopes]),
    ofErrors.dW,
    ofErrors.dBias,
    ofAll.dW,
    ofAll.dBias,
    select.dW,
    select.dBias,
    kernels.gatherColumns(code.support, numbers([columns], problem) as tf.Tensor1D),
    kernels.sumColumns(code),
    kernels.fired(code),
  ];
}

it('the compiled kernels agree with the reference', { timeout: 300_000 }, () => {
  let packed = 0;
  fc.assert(
    fc.property(problems, (problem) =>
      tf.tidy(() => {
        const { rows, width, columns, shift } = problem;
        const x = numbers([rows, width], problem) as tf.Tensor2D;
        const W = numbers([columns, width], { ...problem, seed: 3 }) as tf.Tensor2D;
        const bias = tf.add<tf.Tensor1D>(numbers([columns], problem), shift);
        const choices = choicesOf(problem);
        const actual = sparseKernels().select(x, W, bias, choices);
        referenceKernels.select(x, W, bias, choices).forEach((expected, i) => {
          const code = actual[i]!;
          const support = arraysOf(code.support);
          expect(support).toEqual(arraysOf(expected.support));
          expect(code.values.dataSync()).toEqual(expected.values.dataSync());
          if (packedSupport(code.support, support.rowStart, support.columnOf) !== undefined) packed++;
          const plain = gradientsOf(referenceKernels, code, W, problem);
          gradientsOf(sparseKernels(), code, W, problem).forEach((tensor, j) => close(tensor, plain[j]!));
        });
      }),
    ),
    { numRuns: 40, seed: 1 },
  );
  expect(packed).toBeGreaterThan(0);
});

it('NaN and infinity are chosen before anything else, in order of index', () => {
  tf.tidy(() => {
    const z = [1, NaN, -1, Infinity, 2, NaN, 3, 0];
    const x = tf.ones<tf.Rank.R2>([1, 1]);
    const W = tf.zeros<tf.Rank.R2>([z.length, 1]);
    for (const k of [1, 2, 3, 4, 8]) {
      const choices: EntryChoice[] = [
        { kind: 'topK', k },
        { kind: 'batchTopK', k },
      ];
      const [expected, actual] = [referenceKernels, sparseKernels()].map((kernels) =>
        kernels.select(x, W, tf.tensor1d(z), choices).map(({ support }) => [...support.columnOf.dataSync()]),
      );
      expect(actual).toEqual(expected);
    }
  });
});

it('nothing is chosen if k is 0', () => {
  tf.tidy(() => {
    const [rows, width, columns] = [301, 64, 2048];
    const x = tf.ones<tf.Rank.R2>([rows, width]);
    const W = tf.ones<tf.Rank.R2>([columns, width]);
    const none: EntryChoice[] = [
      { kind: 'topK', k: 0 },
      { kind: 'batchTopK', k: 0 },
    ];
    for (const choices of [[none[0]!], [none[1]!], [{ kind: 'topK' as const, k: 5 }, none[0]!]]) {
      const found = sparseKernels().select(x, W, undefined, choices).at(-1)!;
      expect(arraysOf(found.support)).toEqual({
        rows,
        columns,
        rowStart: new Int32Array(rows + 1),
        columnOf: new Int32Array(0),
      });
    }
  });
});

it('entries are sorted by column, stably, while gradients are recorded', () => {
  const problem = { rows: 45, width: 3, columns: 19, k: 0, shift: 0, levels: 3, seed: 2 };
  let found: SupportArrays | undefined;
  let byColumn: number[][] = [];
  tf.grad((W) => {
    const x = numbers([problem.rows, problem.width], problem) as tf.Tensor2D;
    const [code] = sparseKernels().select(x, W as tf.Tensor2D, undefined, [{ kind: 'positive' }]);
    found = arraysOf(code!.support);
    const { columnStart, rowOf, entryOf } = code!.support.byColumn!;
    byColumn = [columnStart, rowOf, entryOf].map((tensor) => [...tensor.dataSync()]);
    // `fired` uses that order. Some entries are zero here.
    const values = tf.relu(tf.sub<tf.Tensor2D>(code!.values, tf.max(code!.values).mul(0.99)));
    const { byColumn: _, ...unsorted } = code!.support;
    const [fired, expected] = [code!.support, unsorted].map((support) => [
      ...sparseKernels().fired({ support, values }).dataSync(),
    ]);
    expect(fired).toEqual(expected);
    expect(new Set(fired)).toEqual(new Set([0, 1]));
    return tf.sum(W);
  })(numbers([problem.columns, problem.width], { ...problem, seed: 3 }));
  const { rowStart, columnOf } = found!;
  const entries = [...columnOf.keys()].toSorted((a, b) => columnOf[a]! - columnOf[b]!);
  const rowOf = (entry: number): number => rowStart.findIndex((start) => start > entry) - 1;
  const starts = Array.from(
    { length: problem.columns + 1 },
    (_, column) => columnOf.filter((of) => of < column).length,
  );
  expect(byColumn).toEqual([starts, entries.map(rowOf), entries]);
});

it('the kernels give the same bits on any number of threads, and free their memory', async () => {
  const problem = { rows: 600, width: 33, columns: 300, k: 5, shift: 0, levels: 2 ** 16, seed: 5 };
  const run = (): Float32Array[] =>
    tf.tidy(() => {
      const x = numbers([problem.rows, problem.width], problem) as tf.Tensor2D;
      const W = numbers([problem.columns, problem.width], { ...problem, seed: 3 }) as tf.Tensor2D;
      const choices = choicesOf(problem);
      return sparseKernels()
        .select(x, W, undefined, choices)
        .flatMap((code) => [code.values, ...gradientsOf(sparseKernels(), code, W, problem)])
        .map((tensor) => tensor.dataSync<'float32'>().slice());
    });
  const one = run();
  await useCpuBackend({ threads: 2 });
  expect(run()).toEqual(one);
  const { numTensors, numDataBuffers } = tf.memory();
  run();
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});
