import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../files/safetensors.ts';
import type { InferenceSae, SaeTensor } from './inference-sae.ts';
import { LoadedSae } from './loaded-sae.ts';
import { loadSae, saveSae, saveSparsity } from './saelens-format.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-format-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => useCpuBackend({ threads: 1 }));

const ORIGIN = { modelName: 'm', hookName: 'blocks.1.hook_mlp_out', contextSize: 64, prependBos: true };
const tensor = (shape: number[], ...values: number[]): SaeTensor => ({
  shape,
  data: Float32Array.from(values),
});

/** Two inputs, three latents: pre-activations x₀ + b, x₁ + b, x₀ + x₁ + b. */
const common = {
  W_enc: tensor([2, 3], 1, 0, 1, 0, 1, 1),
  W_dec: tensor([3, 2], 1, 0, 0, 1, 0.5, 0.5),
  b_dec: tensor([2], 0, 0),
};
const b_enc = tensor([3], 0, -1, 0);
const saes: Record<string, { sae: InferenceSae; code: number[]; config: object }> = {
  standard: {
    sae: sae('standard', { ...common, b_enc }),
    code: [2, 2, 5],
    config: { architecture: 'standard' },
  },
  topk: {
    sae: { ...sae('topk', { ...common, b_enc }), k: 1 },
    code: [0, 0, 5],
    config: { architecture: 'topk', k: 1, rescale_acts_by_decoder_norm: false },
  },
  gated: {
    sae: sae('gated', {
      ...common,
      b_gate: tensor([3], 0, -4, 0),
      b_mag: tensor([3], 1, 1, -5),
      r_mag: tensor([3], Math.log(2), 0, 0),
    }),
    // 2·2 + 1; gate closed; magnitude 5 − 5.
    code: [5, 0, 0],
    config: { architecture: 'gated' },
  },
  jumprelu: {
    sae: sae('jumprelu', { ...common, b_enc, threshold: tensor([3], 2, 1.5, 4) }),
    // 2 is not above the threshold 2.
    code: [0, 2, 5],
    config: { architecture: 'jumprelu' },
  },
};

function sae(architecture: InferenceSae['architecture'], tensors: Record<string, SaeTensor>): InferenceSae {
  return { architecture, dIn: 2, dSae: 3, tensors, applyBDecToInput: true };
}

describe('the format of SAELens', () => {
  it.each(Object.entries(saes))('%s: loads as saved and computes its code', async (name, expected) => {
    const path = join(folder, name);
    await saveSae(path, expected.sae, ORIGIN);
    const loaded = await loadSae(path);
    expect(loaded).toEqual(expected.sae);
    const code = new LoadedSae(loaded).encode(tf.tensor2d([[2, 3]]));
    [...code.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(expected.code[i] as number, 5));

    expect(JSON.parse(readFileSync(join(path, 'cfg.json'), 'utf8'))).toEqual({
      ...expected.config,
      d_in: 2,
      d_sae: 3,
      dtype: 'float32',
      device: 'cpu',
      apply_b_dec_to_input: true,
      normalize_activations: 'none',
      reshape_activations: 'none',
      metadata: {
        sae_lens_version: '6.18.0',
        model_name: 'm',
        hook_name: 'blocks.1.hook_mlp_out',
        hook_head_index: null,
        context_size: 64,
        prepend_bos: true,
        seqpos_slice: [null],
        model_from_pretrained_kwargs: {},
      },
    });
  });

  it('subtracts b_dec from the input if the config says so, and always adds it to the output', () => {
    const b_dec = tensor([2], 1, 1);
    const shifted = { ...saes['standard']!.sae, tensors: { ...common, b_enc, b_dec } };
    const x = tf.tensor2d([[2, 3]]);
    const run = (applyBDecToInput: boolean): number[] => {
      const loaded = new LoadedSae({ ...shifted, applyBDecToInput });
      const f = loaded.encode(x);
      return [...f.dataSync(), ...loaded.decode(f).dataSync()];
    };
    expect(run(true)).toEqual([1, 1, 3, 1 + 1.5 + 1, 1 + 1.5 + 1]);
    expect(run(false)).toEqual([2, 2, 5, 2 + 2.5 + 1, 2 + 2.5 + 1]);
  });

  it('stores log10 of the density, finite for a latent that never fired', async () => {
    await saveSparsity(folder, Float64Array.of(0.1, 1, 0));
    const { tensors } = await readSafetensors(join(folder, 'sparsity.safetensors'));
    expect(tensors['sparsity']!.shape).toEqual([3]);
    [...tensors['sparsity']!.data].forEach((value, i) =>
      expect(value).toBeCloseTo([-1, 0, -10][i] as number, 5),
    );
  });

  it('refuses an SAE that normalises its input', async () => {
    const path = join(folder, 'standard');
    const config = JSON.parse(readFileSync(join(path, 'cfg.json'), 'utf8')) as object;
    writeFileSync(join(path, 'cfg.json'), JSON.stringify({ ...config, normalize_activations: 'layer_norm' }));
    await expect(loadSae(path)).rejects.toMatchObject({ code: 'sae.unsupported' });
  });
});
