import { batchTopk } from '@sae-lab/batch-topk';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Two variants whose ranges of L0 overlap, over two seeds, with two references. */
export default defineSweep({
  ...tiny,
  name: 'compared',
  variants: [topk({ k: [4, 16] }), batchTopk({ k: [6, 24] })],
  seeds: [0, 1],
  baselines: ['mean', { name: 'pca', k: 8 }],
});
