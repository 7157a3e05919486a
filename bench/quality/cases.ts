import type { Hyper, Variant } from '@sae-lab/core';
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';

/** A variant at several coefficients. Unless k sets L0, ours are chosen so that our L0s bracket the peer's. */
export interface QualityCase {
  readonly variant: Variant;
  readonly coefficients: Readonly<Record<'sae-lab' | 'sae-lens', readonly number[]>>;
}

const same = (variant: Variant, k: number): QualityCase => ({
  variant,
  coefficients: { 'sae-lab': [k], 'sae-lens': [k] },
});

export const CASES: readonly QualityCase[] = [
  { variant: reluL1.variant, coefficients: { 'sae-lab': [1.7, 2, 2.3], 'sae-lens': [2] } },
  same(topk.variant, 20),
  same(batchTopk.variant, 20),
  same(matryoshka.variant, 20),
  { variant: jumpRelu.variant, coefficients: { 'sae-lab': [0.4, 0.6, 0.8], 'sae-lens': [0.8] } },
  { variant: gated.variant, coefficients: { 'sae-lab': [1.8, 2.2, 3.5, 4.5], 'sae-lens': [2, 4] } },
];

/** The hyperparameters of a variant at a coefficient, with defaults for the rest. */
export function hyperOf({ hyper, sparsityHyper }: Variant, coefficient: number): Hyper {
  return hyper.parse({ [sparsityHyper]: coefficient });
}
