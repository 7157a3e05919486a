import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** The same runs as those of streamed.ts, on activations that are all on disk. */
export default defineSweep({
  ...tiny,
  name: 'streamed-from-cache',
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_mlp_out'],
  activations: { ...tiny.activations, batchTokens: 512, shardRows: 512, store: 'cache' as const },
  variants: [topk({ k: [4, 8] })],
  training: { steps: 600, batchSize: 64, windowRows: 2500 },
});
