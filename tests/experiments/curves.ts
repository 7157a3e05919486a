import { batchTopk } from '@sae-lab/batch-topk';
import { defineVariant } from '@sae-lab/core/variant';
import { jumpRelu } from '@sae-lab/jump-relu';
import { defineSweep } from '@sae-lab/sweep';

/** JumpReLU, with a label that its curve's key does not give. */
const labelled = defineVariant({
  ...jumpRelu.variant,
  name: 'labelled',
  curves: { threshold: { label: 'Cut-off', meaning: 'Mean of θ over the latents.', unit: 'input norms' } },
});

/** Two variants that log their own curves. */
export default defineSweep({
  name: 'curves',
  dataset: { kind: 'synthetic', features: 24, dIn: 16, active: 2, rows: 5000 },
  variants: [batchTopk({ k: 4 }), labelled({ l0: 0.1 })],
  widths: [32],
  seeds: [0],
  training: { steps: 60, batchSize: 128, normalize: false },
});
