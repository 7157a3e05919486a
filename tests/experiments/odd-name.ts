import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';

export default defineSweep({
  name: 'a\u0000b',
  dataset: { kind: 'synthetic', features: 16, dIn: 8, active: 2, rows: 2000 },
  variants: [topk({ k: 2 })],
  widths: [16],
  seeds: [0],
  training: { steps: 1 },
});
