/** Activations from the files that ACTIVATIONS names, and with DOCUMENT_IDS. */
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

const { ACTIVATIONS, DOCUMENT_IDS } = process.env;
const { widths, seeds, training } = tiny;

export default defineSweep({
  name: 'imported',
  dataset: {
    kind: 'activations',
    files: ACTIVATIONS!,
    documentIds: DOCUMENT_IDS,
    name: 'blocks.1.hook_mlp_out',
  },
  widths,
  seeds,
  training,
  variants: [topk({ k: [4, 8] })],
});
