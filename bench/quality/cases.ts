import type { Hyper, Variant } from '@sae-lab/core';
import { variant as batchTopK } from '@sae-lab/batch-topk';
import { variant as gated } from '@sae-lab/gated';
import { variant as jumpRelu } from '@sae-lab/jump-relu';
import { variant as matryoshka } from '@sae-lab/matryoshka';
import { variant as reluL1 } from '@sae-lab/relu-l1';
import { variant as topk } from '@sae-lab/topk';

/** A variant at several coefficients. Unless k sets L0, our L0s bracket the peer's. */
export interface QualityCase {
  readonly variant: Variant;
  readonly coefficients: Readonly<Record<'sae-lab' | 'sae-lens', readonly number[]>>;
}

const same = (variant: Variant, k: number): QualityCase => ({
  variant,
  coefficients: { 'sae-lab': [k], 'sae-lens': [k] },
});

export const CASES: readonly QualityCase[] = [
  { variant: reluL1, coefficients: { 'sae-lab': [1.7, 2, 2.3], 'sae-lens': [2] } },
  same(topk, 20),
  same(batchTopK, 20),
  same(matryoshka, 20),
  { variant: jumpRelu, coefficients: { 'sae-lab': [0.4, 0.6, 0.8], 'sae-lens': [0.8] } },
  { variant: gated, coefficients: { 'sae-lab': [1.8, 2.2, 3.5, 4.5], 'sae-lens': [2, 4] } },
];

/** The hyperparameters of a variant at a coefficient, with defaults for the rest. */
export function hyperOf({ hyper, sparsity }: Variant, coefficient: number): Hyper {
  return hyper.parse({ [sparsity]: coefficient }) as Hyper;
}
