import { batchTopk } from '@sae-lab/batch-topk';
import { jumpRelu } from '@sae-lab/jump-relu';
import { defineSweep } from '@sae-lab/sweep';

/** Two variants that log their own curves. */
export default defineSweep({
  name: 'curves',
  dataset: { kind: 'synthetic', features: 24, dIn: 16, active: 2, rows: 5000 },
  variants: [batchTopk({ k: 4 }), jumpRelu({ l0: 0.1 })],
  widths: [32],
  seeds: [0],
  training: { steps: 60, batchSize: 128, normalize: false },
});
