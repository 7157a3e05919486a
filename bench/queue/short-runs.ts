import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

/** A thousand runs that end as soon as they have begun, so that what a run costs beyond its training shows. */
export default defineSweep({
  name: 'short-runs',
  dataset: { kind: 'synthetic', features: 24, dIn: 16, active: 2, rows: 5_000 },
  variants: [topk({ k: 2 })],
  widths: [32],
  seeds: Array.from({ length: 1000 }, (_, seed) => seed),
  training: { steps: 20, batchSize: 256 },
});
