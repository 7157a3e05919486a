import { z } from 'zod';
import { transposed, type InferenceSae, type SaeTensor } from '../../inference-sae.ts';
import { ConfigFields } from '../config-fields.ts';
import { decoderNorms, foldDecoderNorm } from '../fold-decoder-norm.ts';
import type { ReadSae } from '../foreign-sae.ts';
import type { SaeFiles } from '../sae-files.ts';
import { readTorchFile } from '../tensors/torch-file.ts';
import { Weights } from '../weights.ts';

export const DICTIONARY_LEARNING_FILES = { weights: 'ae.pt', config: 'config.json' } as const;

/** Fields of `trainer` that do not change the codes. */
const TRAINER_FIELDS: ReadonlySet<string> = new Set([
  'trainer_class',
  'lr',
  'steps',
  'seed',
  'device',
  'wandb_name',
  'l1_penalty',
  'warmup_steps',
  'sparsity_warmup_steps',
  'resample_steps',
  'decay_start',
  'auxk_alpha',
  'threshold_beta',
  'threshold_start_step',
  'top_k_aux',
  'bandwidth',
  'sparsity_penalty',
  'sparsity_coefficient',
  'target_l0',
  'group_fractions',
  'group_weights',
  'group_sizes',
  'dead_neuron_threshold',
]);
const BUFFER_FIELDS: ReadonlySet<string> = new Set([
  'd_submodule',
  'n_ctxs',
  'refresh_batch_size',
  'out_batch_size',
  'device',
  'dataset',
  'remove_bos',
  'add_special_tokens',
]);

type Part = Pick<InferenceSae, 'architecture' | 'applyBDecToInput'> & {
  readonly tensors: Record<string, SaeTensor>;
};

interface Source {
  readonly weights: Weights;
  readonly dIn: number;
  readonly dSae: number;
}

/** Each class of dictionaries: where the shape of the encoder is, and how it is computed here. */
const CLASSES: Readonly<Record<string, (source: Source) => Promise<Part>>> = {
  AutoEncoder: async (source) => {
    const tensors = { ...(await linear(source)), b_dec: await source.weights.take('bias', [source.dIn]) };
    // The library divides the decoder rows by their norms when it loads such a dictionary, unless they are 1 already.
    const isNormalised = decoderNorms(tensors.W_dec).every((norm) => Math.abs(norm - 1) <= 1e-5);
    const folded = isNormalised ? {} : foldDecoderNorm(tensors);
    return { architecture: 'standard', applyBDecToInput: true, tensors: { ...tensors, ...folded } };
  },
  AutoEncoderNew: async (source) => ({
    architecture: 'standard',
    applyBDecToInput: false,
    tensors: { ...(await linear(source)), b_dec: await source.weights.take('decoder.bias', [source.dIn]) },
  }),
  GatedAutoEncoder: async ({ weights, dIn, dSae }) => ({
    architecture: 'gated',
    applyBDecToInput: true,
    tensors: {
      W_enc: transposed(await weights.take('encoder.weight', [dSae, dIn])),
      b_gate: await weights.take('gate_bias', [dSae]),
      b_mag: await weights.take('mag_bias', [dSae]),
      r_mag: await weights.take('r_mag', [dSae]),
      W_dec: transposed(await weights.take('decoder.weight', [dIn, dSae])),
      b_dec: await weights.take('decoder_bias', [dIn]),
    },
  }),
  JumpReluAutoEncoder: async (source) => ({
    architecture: 'jumprelu',
    applyBDecToInput: false,
    tensors: { ...(await named(source)), threshold: await source.weights.take('threshold', [source.dSae]) },
  }),
  AutoEncoderTopK: async (source) => {
    const tensors = { ...(await linear(source)), b_dec: await source.weights.take('b_dec', [source.dIn]) };
    // An estimate for another way of encoding, which is off by default.
    if (source.weights.has('threshold')) await source.weights.scalar('threshold');
    return { architecture: 'topk', applyBDecToInput: true, tensors };
  },
  BatchTopKSAE: async (source) => ({
    architecture: 'jumprelu',
    applyBDecToInput: true,
    tensors: {
      ...(await linear(source)),
      b_dec: await source.weights.take('b_dec', [source.dIn]),
      threshold: await sharedThreshold(source),
    },
  }),
  MatryoshkaBatchTopKSAE: async (source) => {
    const tensors = { ...(await named(source)), threshold: await sharedThreshold(source) };
    await source.weights.take('group_sizes', source.weights.shapeOf('group_sizes'));
    return { architecture: 'jumprelu', applyBDecToInput: true, tensors };
  },
};

/**
 * Reads a folder that `trainSAE` of dictionary_learning wrote.
 *
 * @throws {SaeLabError} `sae.*`
 */
export async function readDictionaryLearning(files: SaeFiles): Promise<ReadSae> {
  const config = await ConfigFields.read(await files.path(DICTIONARY_LEARNING_FILES.config));
  const trainer = config.requiredSection('trainer');
  const buffer = config.section('buffer');
  config.requireKnown(new Set());
  const architecture = trainer.take('dict_class', z.string());
  const read = Object.hasOwn(CLASSES, architecture) ? CLASSES[architecture] : undefined;
  if (read === undefined) throw trainer.unsupported('dict_class', Object.keys(CLASSES).join(', '));
  // With 'in_and_out' the dictionary is a transcoder.
  buffer?.only({ io: ['out', 'in'] });
  const path = await files.path(DICTIONARY_LEARNING_FILES.weights);
  const weights = new Weights(path, await readTorchFile(path));
  const sizes = sizesOf(trainer, weights);
  const k = await kOf(trainer, weights, architecture);
  const origin = originOf(trainer, buffer);
  trainer.requireKnown(TRAINER_FIELDS);
  buffer?.requireKnown(BUFFER_FIELDS);
  const sae = await read({ weights, ...sizes });
  weights.requireAllTaken(architecture);
  return {
    sae: { ...sae, ...sizes, ...(sae.architecture === 'topk' && { k }) },
    architecture,
    origin,
    metadata: config.values,
    warnings: [],
  };
}

function sizesOf(trainer: ConfigFields, weights: Weights): { dIn: number; dSae: number } {
  const encoder = weights.has('W_enc')
    ? weights.shapeOf('W_enc')
    : weights.shapeOf('encoder.weight').toReversed();
  const size = z.int().positive();
  return {
    dIn: trainer.take('activation_dim', size.default(encoder[0] ?? 0)),
    dSae: trainer.take('dict_size', size.default(encoder[1] ?? 0)),
  };
}

/** k is in the configuration, and since version 0.1 also among the weights. */
async function kOf(trainer: ConfigFields, weights: Weights, architecture: string): Promise<number> {
  const stored = weights.has('k') ? await weights.scalar('k') : undefined;
  const positive = z.int().positive();
  const k = trainer.take(
    'k',
    architecture === 'AutoEncoderTopK' && stored === undefined ? positive : positive.nullish(),
  );
  if (stored !== undefined && k != null && k !== stored)
    throw trainer.unsupported('k', `${stored}, as in the weights`);
  return k ?? stored ?? 0;
}

/** b_enc, W_enc and W_dec of torch's linear layers. */
async function linear({
  weights,
  dIn,
  dSae,
}: Source): Promise<Record<'W_enc' | 'b_enc' | 'W_dec', SaeTensor>> {
  return {
    W_enc: transposed(await weights.take('encoder.weight', [dSae, dIn])),
    b_enc: await weights.take('encoder.bias', [dSae]),
    W_dec: transposed(await weights.take('decoder.weight', [dIn, dSae])),
  };
}

async function named({ weights, dIn, dSae }: Source): Promise<Record<string, SaeTensor>> {
  return {
    W_enc: await weights.take('W_enc', [dIn, dSae]),
    b_enc: await weights.take('b_enc', [dSae]),
    W_dec: await weights.take('W_dec', [dSae, dIn]),
    b_dec: await weights.take('b_dec', [dIn]),
  };
}

/** One threshold for all latents; negative before the training has estimated it. */
async function sharedThreshold({ weights, dSae }: Source): Promise<SaeTensor> {
  return { shape: [dSae], data: new Float32Array(dSae).fill(await weights.scalar('threshold')) };
}

function originOf(trainer: ConfigFields, buffer: ConfigFields | undefined): ReadSae['origin'] {
  const layer = trainer.known('layer', z.int());
  const submodule = trainer.known('submodule_name', z.string());
  const io = buffer?.known('io', z.string()) ?? 'out';
  const isResidual = layer !== undefined && submodule === `resid_post_layer_${layer}`;
  return {
    hookName: isResidual ? `blocks.${layer}.hook_resid_${io === 'in' ? 'pre' : 'post'}` : undefined,
    modelName: trainer.known('lm_name', z.string()),
    contextSize: buffer?.known('ctx_len', z.int().positive()),
  };
}
