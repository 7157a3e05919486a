import { reluL1 } from '@sae-lab/relu-l1';
import { defineSweep } from '@sae-lab/sweep';

/** Coefficients and learning rates that differ only in the sixth digit, and a larger evaluation than there are rows. */
export default defineSweep({
  name: 'close values',
  dataset: { kind: 'synthetic', features: 16, dIn: 8, active: 2, rows: 2000 },
  variants: [reluL1({ l1: [1, 1.00001] })],
  widths: [16],
  seeds: [0],
  training: { tokens: 2000, batchSize: 128, learningRate: [1e-3, 1.00003e-3] },
  evaluation: { holdout: 0.2, maxTokens: 20_000 },
});
