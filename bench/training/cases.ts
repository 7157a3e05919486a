import type { Hyper, Variant } from '@sae-lab/core';
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { topk } from '@sae-lab/topk';

export interface Case {
  variant: Variant;
  hyper: Hyper;
  dIn: number;
  dSae: number;
  batch: number;
  k?: number;
  /** Mean latents on in a row, set by the encoder's bias, where the variant does not fix it; half of them without. */
  l0?: number;
  deadLatents?: number;
}

const large = { dIn: 512, dSae: 4096, batch: 4096 };
const k = 32;

export const CASES: readonly Case[] = [
  { variant: topk.variant, hyper: { k }, k, ...large },
  { variant: topk.variant, hyper: { k }, k, ...large, deadLatents: 256 },
  { variant: batchTopk.variant, hyper: { k }, k, ...large },
  { variant: jumpRelu.variant, hyper: { l0: 0 }, l0: 32, ...large },
  { variant: matryoshka.variant, hyper: { k }, k, ...large },
  { variant: reluL1.variant, hyper: { l1: 0 }, l0: 64, ...large },
  // As the peers have it.
  { variant: gated.variant, hyper: { l1: 0, frozenFrom: 0 }, l0: 64, ...large },
  // As it is initialised: half of the latents are on.
  { variant: reluL1.variant, hyper: { l1: 0 }, ...large },
  { variant: topk.variant, hyper: { k: 64 }, k: 64, ...large, dSae: 65_536 },
  { variant: topk.variant, hyper: { k }, k, dIn: 128, dSae: 1024, batch: 2048 },
];

/** What `--case` looks in. */
export function nameOf({ variant, dIn, dSae, batch, k, l0, deadLatents = 0 }: Case): string {
  const sparsity = k === undefined ? `L0 ${l0 ?? dSae / 2}` : `k ${k}`;
  const dead = deadLatents > 0 ? `, ${deadLatents} dead` : '';
  return `${variant.name}, ${sparsity}${dead}, d ${dIn}, F ${dSae}, B ${batch}`;
}
