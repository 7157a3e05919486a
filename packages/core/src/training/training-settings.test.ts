import { expect, it } from 'vitest';
import { hashOfValue } from '../files/content-hash.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import { resolveTraining, trainingSettings, type TrainingInput } from './training-settings.ts';

const resolved = (input: Partial<TrainingInput>) =>
  resolveTraining(trainingSettings.parse({ steps: 10, ...input }), plainVariant, {
    hyper: { l1: 1, decoderNorm: 'unit' },
    dIn: 4,
    dSae: 8,
  });

it('omits resampling if it is off, so that older runs keep their identity', () => {
  expect(resolved({})).toEqual({
    batchSize: 2048,
    steps: 10,
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    gradientClip: null,
    warmup: 0.05,
    decay: 0.2,
    sparsityWarmup: 0.05,
    normalize: true,
    deadAfter: 0.1,
  });
  for (const resample of [null, undefined]) {
    expect(Object.keys(resolved({ resample }))).toEqual(Object.keys(resolved({})));
    expect(hashOfValue(resolved({ resample }))).toBe(hashOfValue(resolved({})));
  }
});

it('contains every resampling setting if it is on', () => {
  expect(resolved({ resample: {} }).resample).toEqual({ every: 0.125, until: 0.6 });
  expect(resolved({ resample: { rows: 512 } }).resample).toEqual({ every: 0.125, until: 0.6, rows: 512 });
});
