import { defineVariant, reconstructionLoss, type InitArgs } from '@sae-lab/core/variant';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { z } from 'zod';
import { tiny } from './tiny-settings.ts';

const { variant } = topk;
const hyper = variant.hyper.extend({ fault: z.enum(['throw', 'exit', 'kill', 'explode']) });

/** A TopK that misbehaves while encoding a training batch. */
const faulty = defineVariant({
  ...variant,
  name: 'faulty',
  hyper,
  init: (args: InitArgs<z.infer<typeof hyper>>) => {
    const { fault } = args.hyper;
    if (fault === 'throw') throw new RangeError('the variant is at fault');
    if (fault === 'exit') {
      console.error('about to leave');
      process.exit(7);
    }
    if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
    return variant.init(args);
  },
  losses: { reconstruction: reconstructionLoss },
  // The weights stay finite but reconstruct badly, as with too high a learning rate.
  encode: (params, x, chosen, context) => {
    const encoded = variant.encode(params, x, chosen, context);
    if (chosen.fault !== 'explode' || context.step < 2) return encoded;
    return { ...encoded, code: encoded.code.map((values) => values.mul(1e6)) };
  },
});

export default defineSweep({
  ...tiny,
  name: 'faulty',
  variants: [faulty({ k: 4, fault: ['throw', 'exit', 'kill', 'explode'] }), topk({ k: [4, 8] })],
});
