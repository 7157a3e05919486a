import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** Trains for some seconds, so that a page can follow it. */
export default defineSweep({
  name: 'watched',
  dataset: { kind: 'synthetic', features: 64, dIn: 32, active: 4, rows: 20_000 },
  variants: [topk({ k: 4 })],
  widths: [256],
  seeds: [0, 1],
  training: { steps: 4000, batchSize: 128, normalize: false },
});
