import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** One feature that is always active with the same strength, so that all activations are equal. */
export default defineSweep({
  name: 'constant',
  dataset: {
    kind: 'synthetic',
    features: 1,
    dIn: 8,
    active: 1,
    rows: 2000,
    strengths: { law: 'constant' },
  },
  variants: [topk({ k: 2 })],
  widths: [16],
  seeds: [0],
  training: { tokens: 2000, batchSize: 128, learningRate: 1e-3 },
});
