import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Enough documents that a signal comes while they are extracted. Evaluated in many passes, for the same reason. */
export default defineSweep({
  ...tiny,
  name: 'extracted',
  dataset: { ...tiny.dataset, documents: 300 },
  activations: { context: 'truncate' as const, maxTokens: 128 },
  variants: [topk({ k: 4 })],
  widths: [32],
  evaluation: {
    also: [50, 100, 150, 200].map((maxTokens) => ({ name: 'reconstruction' as const, maxTokens })),
  },
});
