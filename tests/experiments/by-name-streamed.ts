/** A dataset on the hub in random order, streamed, with evaluations on what stays on disk of the stream. */
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

export default defineSweep({
  ...tiny,
  name: 'by name, streamed',
  model: 'org/model',
  dataset: { kind: 'hub', id: 'org/corpus', shuffle: { seed: 1, buffer: 8 } },
  hooks: ['blocks.{0..1}.hook_mlp_out'],
  activations: { ...tiny.activations, store: 'stream', ringWindows: 1 },
  variants: [topk({ k: [4] })],
  training: { steps: 100, batchSize: 64, windowRows: 2500 },
  evaluation: { holdout: 0.3, also: ['reconstruction'] },
  baselines: ['mean'],
});
