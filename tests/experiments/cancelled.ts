import { defineVariant } from '@sae-lab/core/variant';
import { defineSweep } from '@sae-lab/sweep';
import { topk } from '@sae-lab/topk';
import { tiny } from './tiny-settings.ts';

const { variant } = topk;
/** Milliseconds before each step. With a second, no reader is too slow to cancel a run; without any, a run takes a second. */
const PAUSE_MS = Number(process.env['TEST_PAUSE_MS'] ?? 0);
const pause = new Int32Array(new SharedArrayBuffer(4));

const slow = defineVariant({
  ...variant,
  name: 'slow',
  encode: (...args: Parameters<typeof variant.encode>) => {
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    return variant.encode(...args);
  },
});

export default defineSweep({
  ...tiny,
  name: 'cancelled',
  variants: [slow({ k: [4, 8] })],
  training: { ...tiny.training, steps: 120 },
});
