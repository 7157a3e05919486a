import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** Two widths on two hooks, evaluated after training and compared with baselines. */
export default defineSweep({
  name: 'evaluated',
  model: '../../models/neox-1.7m',
  dataset: { kind: 'jsonl', path: '../../models/corpus/public-domain-en.jsonl.gz', documents: 60 },
  hooks: ['blocks.0.hook_mlp_out', 'blocks.1.hook_resid_post'],
  activations: { context: 'truncate', maxTokens: 32 },
  variants: [topk({ k: 4 })],
  widths: [32, 48],
  seeds: [0],
  training: { steps: 20, batchSize: 64 },
  evaluation: {
    holdout: 0.3,
    // Many passes, so that a signal comes between two.
    also: [
      'reconstruction',
      ...[50, 100, 150].map((maxTokens) => ({ name: 'reconstruction' as const, maxTokens })),
    ],
  },
  baselines: ['identity', 'zero', 'mean'],
});
