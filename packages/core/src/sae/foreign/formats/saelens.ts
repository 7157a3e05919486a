import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { InferenceSae, SaeTensor } from '../../inference-sae.ts';
import { SAELENS_CONFIG, SAELENS_WEIGHTS } from '../../saelens-files.ts';
import { ConfigFields } from '../config-fields.ts';
import { foldDecoderNorm } from '../fold-decoder-norm.ts';
import type { ReadSae } from '../foreign-sae.ts';
import type { SaeFiles } from '../sae-files.ts';
import { readSafetensorsFile } from '../tensors/safetensors-file.ts';
import { Weights } from '../weights.ts';
import { SAELENS_FIELDS } from './saelens-fields.ts';

/** How each architecture of SAELens is computed here. Those of training checkpoints have a threshold for the batch. */
const ARCHITECTURES = {
  standard: 'standard',
  topk: 'topk',
  gated: 'gated',
  jumprelu: 'jumprelu',
  batchtopk: 'jumprelu',
  matryoshka_batchtopk: 'jumprelu',
} as const satisfies Record<string, InferenceSae['architecture']>;

type Architecture = keyof typeof ARCHITECTURES;

const isOf = (architecture: string): architecture is Architecture =>
  Object.hasOwn(ARCHITECTURES, architecture);
const FROM_CHECKPOINTS: readonly string[] = ['batchtopk', 'matryoshka_batchtopk'];
const positive = z.int().positive();

interface Sizes {
  readonly dIn: number;
  readonly dSae: number;
}

/**
 * Reads a folder of SAELens: an SAE for inference or a training checkpoint of version 6, or a file of an older version.
 *
 * @throws {SaeLabError} `sae.*`
 */
export async function readSaelens(files: SaeFiles): Promise<ReadSae> {
  const config = await ConfigFields.read(await files.path(SAELENS_CONFIG));
  const metadata = config.section('metadata');
  const { architecture, k } = architectureOf(config);
  const sizes = { dIn: config.take('d_in', positive), dSae: config.take('d_sae', positive) };
  config.only({
    normalize_activations: ['none', null, false],
    reshape_activations: ['none'],
    finetuning_scaling_factor: [false, null],
    hook_head_index: [null],
    hook_point_head_index: [null],
    noise_std: [0, null],
    hook_name_out: [null],
    d_out: [sizes.dIn, null],
  });
  metadata?.only({ hook_head_index: [null], hook_name_out: [null] });
  const applyBDecToInput = config.take('apply_b_dec_to_input', z.boolean().default(true));
  const isRescaled = isRescaledBy(config, architecture);
  const origin = originOf(config, metadata);
  config.requireKnown(SAELENS_FIELDS);
  const path = await files.path(SAELENS_WEIGHTS);
  const weights = new Weights(path, await readSafetensorsFile(path));
  const tensors = await tensorsOf(weights, architecture, sizes, isRescaled);
  const sae = { architecture: ARCHITECTURES[architecture], ...sizes, applyBDecToInput, tensors };
  if (k !== undefined && k > sizes.dSae) throw config.unsupported('k', `at most d_sae, ${sizes.dSae}`);
  return {
    sae: { ...sae, ...(k !== undefined && { k }) },
    architecture,
    origin,
    metadata: config.values,
    warnings: warningsOf(config, metadata),
  };
}

function architectureOf(config: ConfigFields): { architecture: Architecture; k?: number } {
  const text = z.string().nullish();
  const named = config.take('architecture', text) ?? 'standard';
  if (!isOf(named)) throw config.unsupported('architecture', Object.keys(ARCHITECTURES).join(', '));
  // Versions before 6 had one of these, with its options.
  const [field, other] = ['activation_fn', 'activation_fn_str'] as const;
  const activation = config.take(field, text) ?? config.take(other, text) ?? 'relu';
  const options = config.section('activation_fn_kwargs');
  options?.only({ signed: [false] });
  const isTopk = activation === 'topk' && (named === 'standard' || named === 'topk');
  if (activation !== 'relu' && !isTopk) {
    throw config.unsupported(
      field in config.values ? field : other,
      named === 'standard' ? 'relu or topk' : 'relu',
    );
  }
  const k = isTopk ? options?.take('k', positive.optional()) : undefined;
  options?.requireKnown(new Set());
  if (isTopk || named === 'topk') return { architecture: 'topk', k: k ?? config.take('k', positive) };
  // The batch's k is for training only.
  config.known('k', z.number());
  return { architecture: named };
}

/** Whether pre-activations are multiplied by the norms of the decoder rows. Only the selections by size can do that. */
function isRescaledBy(config: ConfigFields, architecture: Architecture): boolean {
  const isCheckpoint = FROM_CHECKPOINTS.includes(architecture);
  if (!isCheckpoint && architecture !== 'topk') {
    config.only({ rescale_acts_by_decoder_norm: [false] });
    return false;
  }
  return config.take('rescale_acts_by_decoder_norm', z.boolean().default(isCheckpoint));
}

async function tensorsOf(
  weights: Weights,
  architecture: Architecture,
  { dIn, dSae }: Sizes,
  isRescaled: boolean,
): Promise<Record<string, SaeTensor>> {
  const take = (name: string): Promise<SaeTensor> => weights.take(name, [dSae]);
  const common = {
    W_enc: await weights.take('W_enc', [dIn, dSae]),
    W_dec: await weights.take('W_dec', [dSae, dIn]),
    b_dec: await weights.take('b_dec', [dIn]),
  };
  await requireUnscaled(weights, dSae);
  if (architecture === 'gated') {
    const gates = { b_gate: await take('b_gate'), b_mag: await take('b_mag'), r_mag: await take('r_mag') };
    weights.requireAllTaken(architecture);
    return { ...common, ...gates };
  }
  const linear = { ...common, b_enc: await take('b_enc') };
  const threshold = await thresholdOf(weights, architecture, dSae);
  weights.requireAllTaken(architecture);
  return { ...linear, ...(isRescaled && foldDecoderNorm(linear)), ...(threshold && { threshold }) };
}

async function thresholdOf(
  weights: Weights,
  architecture: Architecture,
  dSae: number,
): Promise<SaeTensor | undefined> {
  if (architecture === 'jumprelu') {
    if (!weights.has('log_threshold')) return weights.take('threshold', [dSae]);
    const { shape, data } = await weights.take('log_threshold', [dSae]);
    return { shape, data: data.map(Math.exp) };
  }
  if (!FROM_CHECKPOINTS.includes(architecture)) return undefined;
  return { shape: [dSae], data: new Float32Array(dSae).fill(await weights.scalar('topk_threshold')) };
}

/** Old files have a factor for each latent's reconstruction. It is 1 unless they were finetuned. */
async function requireUnscaled(weights: Weights, dSae: number): Promise<void> {
  if (!weights.has('scaling_factor')) return;
  const { data } = await weights.take('scaling_factor', [dSae]);
  const index = data.findIndex((value) => value !== 1);
  if (index < 0) return;
  throw new SaeLabError('sae.unsupported', {
    problem: 'the SAE was finetuned with a factor for each latent, which is not implemented',
    field: 'the tensor scaling_factor',
    expected: 'only ones',
    received: `${data[index]} at index ${index}`,
    fix: 'Multiply the rows of W_dec by the factors, and remove the tensor.',
  });
}

function originOf(config: ConfigFields, metadata: ConfigFields | undefined): ReadSae['origin'] {
  const known = <T>(names: readonly string[], schema: z.ZodType<T>): T | undefined =>
    [metadata, config]
      .flatMap((fields) => names.map((name) => fields?.known(name, schema)))
      .find((value) => value !== undefined);
  const hookName = known(['hook_name', 'hook_point'], z.string());
  if (hookName?.endsWith('hook_z') === true) {
    const field = config.known('hook_point', z.string()) === undefined ? 'hook_name' : 'hook_point';
    const owner = metadata?.known(field, z.string()) === undefined ? config : metadata;
    // SAELens flattens the heads of such hooks before the encoder.
    if (config.known('reshape_activations', z.string()) === undefined)
      throw owner.unsupported(field, 'another hook');
  }
  return {
    hookName,
    modelName: known(['model_name'], z.string()),
    contextSize: known(['context_size'], positive),
    prependBos: known(['prepend_bos'], z.boolean()),
  };
}

/** TransformerLens can change a model's weights when it loads them, and with them its activations. */
function warningsOf(config: ConfigFields, metadata: ConfigFields | undefined): string[] {
  const options = [metadata, config]
    .map((fields) => fields?.known('model_from_pretrained_kwargs', z.record(z.string(), z.unknown())))
    .find((value) => value !== undefined && Object.keys(value).length > 0);
  return options === undefined
    ? []
    : [
        `The SAE was trained on a model loaded with ${JSON.stringify(options)}, which may change its activations.`,
      ];
}
