import type { Hyper, Variant } from '@sae-lab/core';
import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { FIGURES } from '@sae-lab/measures';
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
  /**
   * Mean active latents per row for variants without a fixed k, set by the encoder's bias. Default: half of them, as
   * initialised.
   */
  l0?: number;
  deadLatents?: number;
}

const LARGE = { dIn: 512, dSae: 4096, batch: 4096 };
const K = { k: 32, hyper: { k: 32 } };

export const CASES: readonly Case[] = [
  { variant: topk.variant, ...K, ...LARGE },
  { variant: topk.variant, ...K, ...LARGE, deadLatents: 256 },
  { variant: batchTopk.variant, ...K, ...LARGE },
  { variant: jumpRelu.variant, hyper: { l0: 0 }, l0: 32, ...LARGE },
  { variant: matryoshka.variant, ...K, ...LARGE },
  { variant: reluL1.variant, hyper: { l1: 0 }, l0: 64, ...LARGE },
  // As in the peers, the auxiliary term never trains the decoder.
  { variant: gated.variant, hyper: { l1: 0, frozenFrom: 0 }, l0: 64, ...LARGE },
  // As initialised, half of the latents are active.
  { variant: reluL1.variant, hyper: { l1: 0 }, ...LARGE },
  { variant: topk.variant, hyper: { k: 64 }, k: 64, ...LARGE, dSae: 65_536 },
  { variant: topk.variant, ...K, dIn: 128, dSae: 1024, batch: 2048 },
];

/** The name that `--case` searches. */
export function nameOf({ variant, dIn, dSae, batch, k, l0, deadLatents = 0 }: Case): string {
  const sparsity = k === undefined ? `${FIGURES.l0.label} ${l0 ?? dSae / 2}` : `k ${k}`;
  const dead = deadLatents > 0 ? `, ${deadLatents} dead` : '';
  return `${variant.name}, ${sparsity}${dead}, d ${dIn}, F ${dSae}, B ${batch}`;
}
