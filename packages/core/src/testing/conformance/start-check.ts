import * as tf from '@tensorflow/tfjs';
import { batchErrors } from '../../training/batch-errors.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import { batch, contextOf, D_IN, D_SAE, deadLatents, fail, initialState, type Check } from './subject.ts';

/** A narrow dictionary, and one with 32 latents per dimension. */
const WIDTHS = [D_SAE, 32 * D_IN];
/** Below this, a run spends its first steps on getting back to the mean predictor, whose explained variance is 0. */
const LEAST = -0.1;

/** At any width, the first reconstruction explains the activations about as well as their mean does. */
export const startsFairly: Check = async (variant, hyper) => {
  for (const dSae of WIDTHS) {
    const state = await initialState(variant, hyper, { dSae });
    const x = batch();
    const context = contextOf(state, { dead: deadLatents('none', dSae) });
    const explained = tf.tidy(() => {
      const { reconstruction } = lossTerms(variant, hyper, state.params, x, context);
      return batchErrors(x, reconstruction).explainedVariance;
    });
    const value = (await explained.data())[0]!;
    if (value >= LEAST) continue;
    fail('the first reconstruction is worse than the mean of the activations', {
      field: `init, with ${dSae} latents for ${D_IN} dimensions`,
      expected: `an explained variance of at least ${LEAST}`,
      received: value.toPrecision(3),
    });
  }
};
