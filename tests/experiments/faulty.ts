import { reconstructionLoss, sweepable, type Variant } from '@sae-lab/core';
import { defineSweep } from '@sae-lab/sweep';
import { topk, variant } from '@sae-lab/topk';
import { z } from 'zod';
import { tiny } from './tiny-settings.ts';

const hyper = z.strictObject({ k: z.int(), fault: z.enum(['throw', 'exit', 'kill', 'explode']) });
type Hyper = z.infer<typeof hyper>;

/** TopK that misbehaves while it encodes a training batch. */
const faulty: Variant<Hyper> = {
  ...(variant as unknown as Variant<Hyper>),
  name: 'faulty',
  hyper,
  init: (args) => {
    const { fault } = args.hyper;
    if (fault === 'throw') throw new RangeError('the variant is at fault');
    if (fault === 'exit') {
      console.error('about to leave');
      process.exit(7);
    }
    if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
    return variant.init(args as never);
  },
  losses: { reconstruction: reconstructionLoss },
  // The weights stay finite but reconstruct badly, as with too high a learning rate.
  encode: (params, x, { fault, ...rest }, context) => {
    const encoded = variant.encode(params as never, x, rest as never, context as never);
    if (fault !== 'explode' || context.step < 2) return encoded;
    return { ...encoded, code: encoded.code.map((values) => values.mul(1e6)) };
  },
};

export default defineSweep({
  ...tiny,
  name: 'faulty',
  variants: [
    sweepable<Hyper>(faulty)({ k: 4, fault: ['throw', 'exit', 'kill', 'explode'] }),
    topk({ k: [4, 8] }),
  ],
});
