import { sweepable, type Variant } from '@sae-lab/core';
import { defineSweep } from '@sae-lab/sweep';
import { topk, variant } from '@sae-lab/topk';
import { z } from 'zod';
import { tiny } from './tiny-settings.ts';

const hyper = z.strictObject({ k: z.int() });
type Hyper = z.infer<typeof hyper>;

/** TopK whose initialisation never returns. */
const silent: Variant<Hyper> = {
  ...(variant as unknown as Variant<Hyper>),
  name: 'silent',
  hyper,
  init: () => {
    console.log('about to block');
    for (;;);
  },
};

export default defineSweep({
  ...tiny,
  name: 'silent',
  variants: [sweepable<Hyper>(silent)({ k: 4 }), topk({ k: 4 })],
});
