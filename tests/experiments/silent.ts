import { defineVariant } from '@sae-lab/core/variant';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

/** A TopK whose initialisation never returns. */
const silent = defineVariant({
  ...topk.variant,
  name: 'silent',
  init: () => {
    console.log('about to block');
    for (;;);
  },
});

export default defineSweep({
  ...tiny,
  name: 'silent',
  variants: [silent({ k: 4 }), topk({ k: 4 })],
});
