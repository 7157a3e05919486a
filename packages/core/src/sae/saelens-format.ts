/** The folder that SAELens and the tools around it load: cfg.json, sae_weights.safetensors, sparsity.safetensors. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { InferenceSae } from './inference-sae.ts';

/** Where the activations came from. */
export interface SaeOrigin {
  modelName: string;
  /** TransformerLens name, e.g. `blocks.3.hook_resid_post`. */
  hookName: string;
  /** Tokens per prompt. */
  contextSize: number;
  prependBos: boolean;
}

export interface SavedFile {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * @param density fraction of evaluation tokens on which each latent fired, [dSae]
 * @returns the weights file
 */
export async function saveSae(
  folder: string,
  sae: InferenceSae,
  origin: SaeOrigin,
  density: Float64Array,
): Promise<SavedFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'sae_weights.safetensors');
  const tensors = Object.entries(sae.tensors).map(([name, { shape, data }]): [string, FileTensor] => [
    name,
    { dtype: 'F32', shape: [...shape], data },
  ]);
  const weights = await writeSafetensors(path, Object.fromEntries(tensors));
  // A latent that never fired has density 0; its logarithm is kept finite as the format's readers expect.
  const sparsity = Float32Array.from(density, (value) => Math.log10(value + 1e-10));
  await writeSafetensors(join(folder, 'sparsity.safetensors'), {
    sparsity: { dtype: 'F32', shape: [sae.dSae], data: sparsity },
  });
  await writeAtomic(join(folder, 'cfg.json'), `${JSON.stringify(config(sae, origin), null, 2)}\n`);
  return { path, ...weights };
}

function config(sae: InferenceSae, origin: SaeOrigin): Record<string, unknown> {
  return {
    architecture: sae.architecture,
    d_in: sae.dIn,
    d_sae: sae.dSae,
    dtype: 'float32',
    device: 'cpu',
    apply_b_dec_to_input: sae.applyBDecToInput,
    normalize_activations: 'none',
    reshape_activations: 'none',
    ...(sae.architecture === 'topk' && { k: sae.k, rescale_acts_by_decoder_norm: false }),
    metadata: {
      sae_lens_version: '6.18.0',
      model_name: origin.modelName,
      hook_name: origin.hookName,
      hook_head_index: null,
      context_size: origin.contextSize,
      prepend_bos: origin.prependBos,
      seqpos_slice: [null],
      model_from_pretrained_kwargs: {},
    },
  };
}
