import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { readCheckpoint, writeCheckpoint } from '../../training/checkpoint.ts';
import { hostTensors } from '../../training/host-tensors.ts';
import { lossTerms } from '../../training/loss-terms.ts';
import type { SaeTensor } from '../../sae/inference-sae.ts';
import {
  batch,
  contextOf,
  D_IN,
  D_SAE,
  fail,
  firstDifference,
  initialState,
  perturbed,
  STEPS,
  trainOnOneBatch,
  trainerOf,
  weightsOf,
  type Check,
} from './subject.ts';

/** Training explains more and more of the batch, and the same seed ends with the same bits. */
export const learns: Check = async (variant, hyper) => {
  const [first, again] = [await trainOnOneBatch(variant, hyper), await trainOnOneBatch(variant, hyper)];
  const explained = first.values.map((values) => values['explained_variance']!);
  if (!(explained.at(-1)! > explained[0]! + 0.05)) {
    fail(`does not learn one batch in ${STEPS} steps`, {
      field: 'explained variance',
      expected: `at least 0.05 more than the initial ${explained[0]}`,
      received: String(explained.at(-1)),
    });
  }
  const differs = firstDifference(first.weights, again.weights);
  if (differs !== undefined)
    fail('two trainings with the same seed end with different values', { field: differs });
};

/** After training, decoder rows have norm 1 if `roles` says 'unit', and other norms if it says 'free'. */
export const decoderNorm: Check = async (variant, hyper) => {
  const { decoder, decoderNorm: norm } = variant.roles(hyper);
  const { data } = (await trainOnOneBatch(variant, hyper)).weights[decoder]!;
  const deviations = Array.from({ length: D_SAE }, (_, row) =>
    Math.abs(Math.hypot(...data.subarray(row * D_IN, (row + 1) * D_IN)) - 1),
  );
  const most = Math.max(...deviations);
  if (norm === 'unit' && !(most < 1e-5)) {
    fail('a decoder row does not have norm 1', { field: decoder, received: String(1 + most) });
  }
  if (norm === 'free' && !(most > 1e-2)) {
    fail("decoder rows keep norm 1, although roles say 'free'", { field: 'roles.decoderNorm' });
  }
};

/** A run resumed from a checkpoint ends with the bits of an uninterrupted one: nothing is kept outside params and state. */
export const resumes: Check = async (variant, hyper) => {
  const folder = await mkdtemp(join(tmpdir(), 'sae-lab-conformance-'));
  try {
    const path = join(folder, 'checkpoint.safetensors');
    const x = batch();
    const whole = trainerOf(variant, hyper, await initialState(variant, hyper));
    const position = { epoch: 0, chunk: 0, row: 0, seed: 0, blocksPerChunk: 1 };
    const half = Math.min(10, STEPS / 2);
    for (let step = 0; step < 2 * half; step++) {
      if (step === half)
        await writeCheckpoint(path, 'run', { state: whole.state, position, seconds: 0, curves: {} });
      await whole.step(x, false);
    }
    const found = await readCheckpoint(path, 'run', await initialState(variant, hyper));
    const resumed = trainerOf(variant, hyper, found!.state);
    for (let step = half; step < 2 * half; step++) await resumed.step(x, false);
    const differs = firstDifference(await weightsOf(whole.state), await weightsOf(resumed.state));
    if (differs !== undefined) {
      fail('a resumed run ends with different values: keep what steps depend on in params or state', {
        field: differs,
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** A step disposes every tensor that it creates. */
export const leaksNothing: Check = async (variant, hyper) => {
  const trainer = trainerOf(variant, hyper, await initialState(variant, hyper));
  const x = batch();
  await trainer.step(x, true);
  const before = tf.memory().numTensors;
  for (let step = 0; step < 5; step++) await trainer.step(x, step % 2 === 0);
  const leaked = tf.memory().numTensors - before;
  trainer.dispose();
  if (leaked !== 0)
    fail('does not dispose its tensors', {
      field: 'step',
      expected: '0 more after 5 steps',
      received: String(leaked),
    });
};

/** encode, decode and the losses neither change nor dispose parameters and activations. */
export const isPure: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  const x = batch();
  const inputs: Record<string, tf.Tensor> = { ...state.params, x };
  const before = await hostTensors(inputs);
  try {
    tf.tidy(() => void lossTerms(variant, hyper, state.params, x, contextOf(state)));
  } finally {
    // Before any error that this caused, which would not name the culprit.
    const disposed = Object.keys(inputs).find((name) => inputs[name]!.isDisposed);
    if (disposed !== undefined) fail('is disposed by the forward pass', { field: disposed });
  }
  const changed = firstDifference(before, await hostTensors(inputs));
  if (changed !== undefined) fail('is changed by the forward pass', { field: changed });
};

/** If only one of two identical latents is on, it is the one with the lower index. */
export const lowestIndex: Check = async (variant, hyper) => {
  const state = await perturbed(variant, hyper);
  const { encoder, decoder, perLatent } = variant.roles(hyper);
  const perRow = [encoder, decoder, ...Object.keys(perLatent)];
  const host = await hostTensors(state.params);
  const params = Object.fromEntries(
    Object.entries(host).map(([name, tensor]) => {
      const { shape, data } = perRow.includes(name) ? inPairs(tensor) : tensor;
      return [name, tf.tensor(data, [...shape])];
    }),
  );
  const context = contextOf(state);
  const { encoded } = lossTerms(variant, hyper, params, batch(), context);
  const on = await encoded.code.toDense().array();
  for (const row of on) {
    for (let i = 0; i + 1 < D_SAE; i += 2) {
      if (row[i] === 0 && row[i + 1] !== 0) {
        fail('of two equal latents the one with the higher index is on', {
          field: 'encode',
          expected: `latent ${i}`,
          received: `latent ${i + 1}`,
        });
      }
    }
  }
};

/** Makes each latent of odd index equal to the one before it. */
function inPairs({ shape, data }: SaeTensor): SaeTensor {
  const width = data.length / D_SAE;
  const copy = Float32Array.from(data);
  for (let i = 1; i < D_SAE; i += 2) copy.copyWithin(i * width, (i - 1) * width, i * width);
  return { shape, data: copy };
}
