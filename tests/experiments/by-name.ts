/** The model and the corpus by name, from the hub that HF_ENDPOINT names. */
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
