import { expect, it } from 'vitest';
import type { EvaluatedRun } from '@sae-lab/db';
import type { PlannedRun } from '../plan/sweep-plan.ts';
import { linearVariant } from '../testing/linear-variant.ts';
import { coefficientLabels, storedConfigurations } from './coefficient.ts';

const variant = linearVariant();

function planned(l1: number, learningRate: number, seed = 0): PlannedRun {
  const hyper = { l1, flavour: 'plain' };
  const spec = {
    variant: { name: variant.name, mathVersion: variant.mathVersion },
    coreMathVersion: 2,
    hyper,
    hook: 'blocks.0.hook_mlp_out',
    dSae: 8,
    seed,
    activationsId: 'a',
    training: { batchSize: 128, learningRate },
    evaluation: { holdout: 0.1 },
  };
  return { spec, runHash: JSON.stringify(spec), combination: { variant, hyper } } as unknown as PlannedRun;
}

/** The same run as a row of the database. Postgres reorders JSON keys. */
function stored({ spec, runHash }: PlannedRun, device: string | null = 'cpu'): EvaluatedRun {
  const { hyper, hook, dSae: width, seed, activationsId } = spec;
  const config = Object.fromEntries(Object.entries({ ...spec }).toReversed());
  const row = {
    runHash,
    variant: spec.variant.name,
    mathVersion: 1,
    hyper,
    hook,
    width,
    seed,
    activationsId,
    config,
  };
  return { ...row, provenance: device === null ? null : { device } } as unknown as EvaluatedRun;
}

const close = [1, 1.00001].flatMap((l1) => [1e-3, 1.00003e-3].map((rate) => planned(l1, rate)));

it('gives planned and stored runs the same labels, and different values different ones', () => {
  const labels = [
    'l1=1 learningRate=0.001',
    'l1=1 learningRate=0.00100003',
    'l1=1.00001 learningRate=0.001',
    'l1=1.00001 learningRate=0.00100003',
  ];
  expect(close.map(coefficientLabels(close))).toEqual(labels);
  const found = storedConfigurations(
    close.map((run) => stored(run)),
    close,
  );
  expect(found.map(({ coefficient }) => coefficient)).toEqual(labels);
  expect(new Set(found.map(({ configuration }) => configuration)).size).toBe(4);
});

it('groups seeds, but not across devices', () => {
  const runs = [planned(1, 1e-3), planned(1, 1e-3, 1), planned(1, 1e-3, 2)];
  const devices = ['cpu', 'webgpu', null];
  const found = storedConfigurations(
    runs.map((run, i) => stored(run, devices[i])),
    runs,
  );
  expect(found.map(({ configuration }) => configuration)).toEqual([0, 1, 0]);
});
