import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** A streamed sweep that is evaluated on what stays on disk of the stream. */
export default defineSweep({
  ...tiny,
  name: 'streamed-evaluated',
  hooks: ['blocks.1.hook_mlp_out'],
  activations: { ...tiny.activations, store: 'stream' as const },
  variants: [topk({ k: [4] })],
  training: { steps: 100, batchSize: 64, windowRows: 2500 },
  evaluation: { holdout: 0.3, also: ['reconstruction', { name: 'ce', maxTokens: 200 }] },
  baselines: ['mean'],
});
