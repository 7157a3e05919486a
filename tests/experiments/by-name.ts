/** Model and corpus by name, from the hub in HF_ENDPOINT. */
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

export default defineSweep({
  ...tiny,
  name: 'by name',
  model: 'org/model',
  dataset: 'org/corpus',
  variants: [topk({ k: 4 })],
});
