import { log } from 'node:console';
import { defineVariant } from '@sae-lab/core/variant';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

const { variant } = topk;

console.log('printed by the import');
log('printed by a separate console');
process.stdout.write('written by the import\n');

/** A TopK that prints while it trains. */
const printing = defineVariant({
  ...variant,
  name: 'printing',
  init: (args) => {
    console.log('printed by a worker');
    return variant.init(args);
  },
});

export default defineSweep({
  ...tiny,
  name: 'printing',
  variants: [printing({ k: [4, 8] })],
});
