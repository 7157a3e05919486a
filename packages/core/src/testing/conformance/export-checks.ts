import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { foldScale } from '../../sae/inference-sae.ts';
import { LoadedSae } from '../../sae/loaded-sae.ts';
import { loadSae, saveSae } from '../../sae/saelens-format.ts';
import { hostTensors } from '../../training/host-tensors.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import { batch, contextOf, fail, perturbed, relativeDifference, type Check } from './subject.ts';

const ORIGIN = { modelName: 'none', hookName: 'blocks.0.hook_mlp_out', contextSize: 1, prependBos: false };

/** The saved SAE, read back, reconstructs as the trained one does, with the normalisation folded in. */
export const exportsWhatItTrained: Check = async (variant, hyper) => {
  const folder = await mkdtemp(join(tmpdir(), 'sae-lab-conformance-'));
  try {
    const { params, state, ...rest } = await perturbed(variant, hyper);
    // Moved from its initial value, as training does.
    const used = Object.fromEntries(Object.entries(state).map(([name, value]) => [name, tf.add(value, 0.3)]));
    const x = batch();
    const context = contextOf({ ...rest, params, state: used }, { mode: 'inference' });
    const { reconstruction } = lossTerms(variant, hyper, params, x, context);
    const scale = 0.37;
    const exported = variant.toInference(await hostTensors(params), hyper, await hostTensors(used));
    await saveSae(folder, foldScale(exported, scale), ORIGIN);
    const sae = new LoadedSae(await loadSae(folder));
    const restored = tf.mul(sae.decode(sae.encode(tf.div(x, scale))), scale);
    const difference = await relativeDifference(restored, reconstruction);
    if (!(difference < 1e-5)) {
      fail('the saved SAE reconstructs differently from the trained one', {
        field: 'toInference',
        expected: 'at most 1e-5 of the largest value',
        received: difference.toPrecision(3),
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
};
