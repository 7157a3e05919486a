/** Activations from the files that TEST_ACTIVATIONS names, with the document ids of TEST_DOCUMENT_IDS. */
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

const { widths, seeds, training } = tiny;

export default defineSweep({
  name: 'imported',
  dataset: {
    kind: 'activations',
    files: process.env['TEST_ACTIVATIONS']!,
    documentIds: process.env['TEST_DOCUMENT_IDS'],
    name: 'blocks.1.hook_mlp_out',
  },
  widths,
  seeds,
  training,
  variants: [topk({ k: [4, 8] })],
});
