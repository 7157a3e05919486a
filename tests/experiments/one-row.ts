import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** Evaluated on a single activation, for which explained variance is undefined. */
export default defineSweep({
  name: 'one row',
  dataset: { kind: 'synthetic', features: 16, dIn: 8, active: 2, rows: 2000 },
  variants: [topk({ k: 2 })],
  widths: [16],
  seeds: [0],
  training: { tokens: 2000, batchSize: 128, learningRate: 1e-3 },
  evaluation: { holdout: 0.2, maxTokens: 1 },
});
