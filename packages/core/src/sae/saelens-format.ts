/** SAELens's folder format: cfg.json, sae_weights.safetensors, sparsity.safetensors. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { parsePythonJson } from '../files/python-json.ts';
import { reasonOf } from '../files/reason-of.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { readText } from '../files/utf8.ts';
import { makeFolder, writeAtomic } from '../files/write-atomic.ts';
import type { InferenceSae, SaeTensor } from './inference-sae.ts';

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

const WEIGHTS = 'sae_weights.safetensors';
const CONFIG = 'cfg.json';
const SPARSITY = 'sparsity.safetensors';

/** The files of a saved SAE. */
export const SAE_FILES = [WEIGHTS, CONFIG, SPARSITY] as const;

/** The fields of cfg.json that are read. Other tools write more. */
const configSchema = z.object({
  architecture: z.enum(['standard', 'topk', 'gated', 'jumprelu']),
  d_in: z.int().positive(),
  d_sae: z.int().positive(),
  apply_b_dec_to_input: z.boolean(),
  normalize_activations: z.literal('none'),
  k: z.int().positive().optional(),
});

export async function saveSae(
  folder: string,
  sae: InferenceSae,
  origin: SaeOrigin,
): Promise<{ weights: SavedFile; config: SavedFile }> {
  await makeFolder(folder);
  const path = join(folder, WEIGHTS);
  const tensors = Object.entries(sae.tensors).map(([name, { shape, data }]): [string, FileTensor] => [
    name,
    { dtype: 'F32', shape: [...shape], data },
  ]);
  const weights = await writeSafetensors(path, Object.fromEntries(tensors));
  const text = Buffer.from(`${JSON.stringify(config(sae, origin), null, 2)}\n`);
  const configPath = join(folder, CONFIG);
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
  const path = join(folder, SPARSITY);
  const written = await writeSafetensors(path, {
    sparsity: { dtype: 'F32', shape: [density.length], data },
  });
  return { path, ...written };
}

/**
 * Reads an SAE saved by sae-lab or SAELens in float32.
 *
 * @throws {SaeLabError} `sae.unreadable`, `safetensors.malformed`
 */
export async function loadSae(folder: string): Promise<InferenceSae> {
  const path = join(folder, CONFIG);
  let parsed: z.infer<typeof configSchema>;
  try {
    parsed = configSchema.parse(parsePythonJson(await readText(path)));
  } catch (cause) {
    throw new SaeLabError('sae.unreadable', {
      problem: `not the configuration of a supported SAE: ${reasonOf(cause)}`,
      field: path,
      expected:
        'a cfg.json of SAELens with the architecture standard, topk, gated or jumprelu, without normalisation',
      fix: 'Fold the normalisation into the weights, and save the SAE again.',
      cause,
    });
  }
  const { tensors } = await readSafetensors(join(folder, WEIGHTS));
  const { architecture, d_in: dIn, d_sae: dSae, k, apply_b_dec_to_input: applyBDecToInput } = parsed;
  const weights = Object.entries(tensors).map(([name, { shape, data }]): [string, SaeTensor] => {
    if (!(data instanceof Float32Array)) {
      throw new SaeLabError('sae.unreadable', {
        problem: `the tensor ${name} is not float32`,
        field: join(folder, WEIGHTS),
        fix: 'Save the SAE in float32.',
      });
    }
    return [name, { shape, data }];
  });
  return {
    architecture,
    dIn,
    dSae,
    applyBDecToInput,
    tensors: Object.fromEntries(weights),
    ...(k !== undefined && { k }),
  };
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
