import { z } from 'zod';
import { transposed } from '../../inference-sae.ts';
import { ConfigFields } from '../config-fields.ts';
import type { ReadSae } from '../foreign-sae.ts';
import type { SaeFiles } from '../sae-files.ts';
import { readSafetensorsFile } from '../tensors/safetensors-file.ts';
import { Weights } from '../weights.ts';

export const SPARSIFY_FILES = { weights: 'sae.safetensors', config: 'cfg.json' } as const;

/** Fields that do not change the codes. */
const FIELDS: ReadonlySet<string> = new Set(['normalize_decoder', 'multi_topk']);
const positive = z.int().positive();

/**
 * Reads a folder of EleutherAI's sparsify.
 *
 * @throws {SaeLabError} `sae.*`
 */
export async function readSparsify(files: SaeFiles): Promise<ReadSae> {
  const config = await ConfigFields.read(await files.path(SPARSIFY_FILES.config));
  config.only({ activation: ['topk'], signed: [false], transcode: [false], skip_connection: [false] });
  const dIn = config.take('d_in', positive);
  // 0 stands for a multiple of the input's dimension.
  const latents = config.take('num_latents', z.int().nonnegative().default(0));
  const factor = config.take('expansion_factor', latents > 0 ? positive.nullish() : positive);
  const dSae = latents > 0 ? latents : dIn * factor!;
  const k = config.take('k', positive);
  if (k > dSae) throw config.unsupported('k', `at most the number of latents, ${dSae}`);
  config.requireKnown(FIELDS);
  const path = await files.path(SPARSIFY_FILES.weights);
  const weights = new Weights(path, await readSafetensorsFile(path));
  const tensors = {
    W_enc: transposed(await weights.take('encoder.weight', [dSae, dIn])),
    b_enc: await weights.take('encoder.bias', [dSae]),
    W_dec: await weights.take('W_dec', [dSae, dIn]),
    b_dec: await weights.take('b_dec', [dIn]),
  };
  weights.requireAllTaken('topk');
  const training = await trainingConfig(files);
  return {
    sae: { architecture: 'topk', dIn, dSae, k, applyBDecToInput: true, tensors },
    architecture: 'topk',
    origin: {
      hookName: hookOf(files.folderName),
      modelName: training?.known('model', z.string()),
      contextSize: training?.known('ctx_len', positive),
    },
    metadata: { ...config.values, ...(training !== undefined && { training: training.values }) },
    warnings: [],
  };
}

/** The folder above has the configuration of the training, if the whole output folder was kept. */
async function trainingConfig(files: SaeFiles): Promise<ConfigFields | undefined> {
  const path = await files.pathAbove('config.json');
  return path === undefined ? undefined : ConfigFields.read(path);
}

/** Folders are named after modules, e.g. `layers.3`. Of submodules, the hook depends on the model. */
function hookOf(folderName: string): string | undefined {
  const [, layer] = /^(?:layers|h)[._](\d+)$/.exec(folderName) ?? [];
  return layer === undefined ? undefined : `blocks.${layer}.hook_resid_post`;
}
