import { log } from 'node:console';
import { reconstructionLoss, sweepable, type Variant } from '@sae-lab/core';
import { defineSweep } from '@sae-lab/sweep';
import { variant } from '@sae-lab/topk';
import { z } from 'zod';
import { tiny } from './tiny-settings.ts';

const hyper = z.strictObject({ k: z.int() });
type Hyper = z.infer<typeof hyper>;

console.log('printed by the import');
log('printed by a console of its own');
process.stdout.write('written by the import\n');

/** TopK that prints while it trains. */
const printing: Variant<Hyper> = {
  ...(variant as unknown as Variant<Hyper>),
  name: 'printing',
  hyper,
  init: (args) => {
    console.log('printed by a worker');
    return variant.init(args as never);
  },
  losses: { reconstruction: reconstructionLoss },
};

export default defineSweep({
  ...tiny,
  name: 'printing',
  variants: [sweepable<Hyper>(printing)({ k: [4, 8] })],
});
