import { sweepable, type LossTerm, type Variant } from '@sae-lab/core';
import { defineSweep } from '@sae-lab/sweep';
import { topk, variant } from '@sae-lab/topk';
import { z } from 'zod';
import { tiny } from './tiny-settings.ts';

const hyper = z.strictObject({ k: z.int(), fault: z.enum(['throw', 'exit', 'kill', 'not-finite']) });
type Hyper = z.infer<typeof hyper>;

/** TopK that does what it should not while it encodes a training batch. */
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
  losses: {
    ...variant.losses,
    endless: {
      compute: ({ reconstruction }) => reconstruction.sum().div(0),
      weight: ({ fault }) => (fault === 'not-finite' ? 1 : 0),
      schedule: 'constant',
    } satisfies LossTerm<Hyper, any, any>,
  } as never,
};

export default defineSweep({
  ...tiny,
  name: 'faulty',
  variants: [
    sweepable<Hyper>(faulty)({ k: 4, fault: ['throw', 'exit', 'kill', 'not-finite'] }),
    topk({ k: [4, 8] }),
  ],
});
