import { describe, expect, it } from 'vitest';
import type { PlannedRun } from '../plan/plan-sweep.ts';
import { linearVariant } from '../testing/linear-variant.ts';
import { coefficientLabels } from './coefficient.ts';

const variant = linearVariant();
const run = (hyper: Record<string, unknown>, training: Record<string, unknown> = {}) =>
  ({ combination: { variant, path: 'variants[0]', hyper, training } }) as unknown as PlannedRun;

const labels = (...runs: PlannedRun[]) => runs.map(coefficientLabels(runs));

describe('coefficientLabels', () => {
  it('shows the coefficient, also where it is the same everywhere', () => {
    expect(labels(run({ flavour: 'plain', l1: 1 }), run({ flavour: 'plain', l1: 1 }))).toEqual([
      'l1=1',
      'l1=1',
    ]);
  });

  it('shows whatever else varies, so that different runs are never taken together', () => {
    expect(labels(run({ flavour: 'plain', l1: 1 }), run({ flavour: 'salted', l1: 2 }))).toEqual([
      'l1=1 flavour=plain',
      'l1=2 flavour=salted',
    ]);
    expect(labels(run({ l1: 1 }, { learningRate: 1e-3 }), run({ l1: 1 }, { learningRate: 1e-4 }))).toEqual([
      'l1=1 lr=0.001',
      'l1=1 lr=0.0001',
    ]);
  });

  it('shortens drawn values', () => {
    expect(labels(run({ l1: 0.012345678901 }))).toEqual(['l1=0.01235']);
  });
});
