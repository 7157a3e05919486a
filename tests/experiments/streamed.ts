import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Runs on two hooks that read more than a pass over the corpus through a ring of a single window. */
export default defineSweep({
  ...tiny,
  name: 'streamed',
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  activations: {
    ...tiny.activations,
    batchTokens: 512,
    shardRows: 512,
    store: 'stream' as const,
    ringWindows: 1,
  },
  variants: [topk({ k: [4, 8] })],
  training: { steps: 600, batchSize: 64, windowRows: 2500 },
});
