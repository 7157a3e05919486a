import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** Every evaluation of a language model, each long enough to be killed in its middle. */
export default defineSweep({
  ...tiny,
  name: 'evaluations',
  // Enough documents of two sources, and enough tokens of several letters.
  dataset: { ...tiny.dataset, documents: 120 },
  activations: { context: 'truncate' as const, maxTokens: 48, batchTokens: 256 },
  variants: [topk({ k: [4, 8] })],
  widths: [4096],
  evaluation: {
    holdout: 0.5,
    also: [
      { name: 'reconstruction', maxTokens: 2000 },
      { name: 'ce', maxTokens: 1000, batchTokens: 256 },
      'geometry',
      'probing',
      { name: 'absorption', perLetter: 60 },
      { name: 'features', latents: { densest: 400 } },
    ],
  },
});
