import type { EvaluatedRun, VariantRow } from '@sae-lab/db/reading';
import { expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { runRows } from './run-row.ts';

const variants = [{ name: 'relu-l1', mathVersion: 1, sparsity: 'l1' }] as VariantRow[];
let ids = 0;

function stored(l1: number, learningRate: number, seed: number, figures = {}): EvaluatedRun {
  ids += 1;
  const identity = {
    variant: 'relu-l1',
    mathVersion: 1,
    hook: 'synthetic',
    width: 16,
    activationsId: 'a',
    seed,
  };
  const config = { seed, training: { learningRate } };
  return {
    ...identity,
    id: ids,
    hyper: { l1 },
    config,
    status: 'finished',
    figures,
  } as unknown as EvaluatedRun;
}

test('means are over the seeds of one configuration, not over values that round alike', () => {
  const runs = [1, 1.00001].flatMap((l1) =>
    [1e-3, 1.00003e-3].flatMap((rate) => [stored(l1, rate, 0), stored(l1, rate, 1)]),
  );
  const entries = entriesOf(runRows(runs, variants), true);
  expect(entries.map((entry) => entry.runs.length)).toEqual([2, 2, 2, 2]);
  expect(entries.map(({ coefficient }) => coefficient)).toEqual([
    'l1=1 learningRate=0.001',
    'l1=1 learningRate=0.00100003',
    'l1=1.00001 learningRate=0.001',
    'l1=1.00001 learningRate=0.00100003',
  ]);
  expect(new Set(entries.map(({ key }) => key)).size).toBe(4);
});

test('an undefined figure is left out', () => {
  const [row] = runRows([stored(1, 1e-3, 0, { l0: 3, explained_variance: Number.NaN })], variants);
  expect(row!.figures).toEqual({ l0: 3 });
});
