import { defineVariant } from '@sae-lab/core/variant';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

const { variant } = topk;
const STEP_MS = 25;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** A TopK with slow steps: a reader has time to cancel its runs, however fast the machine is. */
const slow = defineVariant({
  ...variant,
  name: 'slow',
  encode: (...args: Parameters<typeof variant.encode>) => {
    Atomics.wait(pause, 0, 0, STEP_MS);
    return variant.encode(...args);
  },
});

export default defineSweep({
  ...tiny,
  name: 'cancelled',
  variants: [slow({ k: [4, 8] })],
  training: { ...tiny.training, steps: 120 },
});
