/** SAELens's folder format: cfg.json, sae_weights.safetensors, sparsity.safetensors. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { makeFolder, writeAtomic } from '../files/write-atomic.ts';
import { readSaelens } from './foreign/formats/saelens.ts';
import { localFolder } from './foreign/sae-files.ts';
import type { InferenceSae } from './inference-sae.ts';
import { SAELENS_CONFIG, SAELENS_SPARSITY, SAELENS_WEIGHTS } from './saelens-files.ts';

/** Where an SAE's training activations came from. */
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

export async function saveSae(
  folder: string,
  sae: InferenceSae,
  origin: SaeOrigin,
): Promise<{ weights: SavedFile; config: SavedFile }> {
  await makeFolder(folder);
  const path = join(folder, SAELENS_WEIGHTS);
  const tensors = Object.entries(sae.tensors).map(([name, { shape, data }]): [string, FileTensor] => [
    name,
    { dtype: 'F32', shape: [...shape], data },
  ]);
  const weights = await writeSafetensors(path, Object.fromEntries(tensors));
  const text = Buffer.from(`${JSON.stringify(config(sae, origin), null, 2)}\n`);
  const configPath = join(folder, SAELENS_CONFIG);
  await writeAtomic(configPath, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    weights: { path, ...weights },
    config: { path: configPath, bytes: text.byteLength, sha256 },
  };
}

/** @param density fraction of evaluation tokens on which each latent fired, [dSae] */
export async function saveSparsity(folder: string, density: Float64Array): Promise<SavedFile> {
  // SAELens adds 1e-10, so that a latent that never fired has a finite value.
  const data = Float32Array.from(density, (value) => Math.log10(value + 1e-10));
  const path = join(folder, SAELENS_SPARSITY);
  const written = await writeSafetensors(path, {
    sparsity: { dtype: 'F32', shape: [density.length], data },
  });
  return { path, ...written };
}

/**
 * Reads an SAE that sae-lab or SAELens saved.
 *
 * @throws {SaeLabError} `sae.*`
 */
export async function loadSae(folder: string): Promise<InferenceSae> {
  return (await readSaelens(await localFolder(folder))).sae;
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
