import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** A dictionary small and sparse enough to be learned in a second. */
export default defineSweep({
  name: 'synthetic',
  dataset: { kind: 'synthetic', features: 24, dIn: 16, active: 2, rows: 20_000 },
  variants: [topk({ k: [2, 4] })],
  widths: [32],
  seeds: [0],
  training: { steps: 400, batchSize: 256, learningRate: 3e-3 },
});
