import { batchTopk } from '@sae-lab/batch-topk';
import { gated } from '@sae-lab/gated';
import { jumpRelu } from '@sae-lab/jump-relu';
import { matryoshka } from '@sae-lab/matryoshka';
import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two short runs of each variant. */
export default defineSweep({
  ...tiny,
  name: 'every-variant',
  widths: [64, 1024],
  variants: [
    reluL1({ l1: 1 }),
    topk({ k: 8 }),
    batchTopk({ k: 8 }),
    matryoshka({ k: 8 }),
    jumpRelu({ l0: 1 }),
    gated({ l1: 1 }),
  ],
});
