import { SaeLabError } from '@sae-lab/errors';
import type { SaeTensor } from '../../inference-sae.ts';
import type { ForeignOrigin, ReadSae } from '../foreign-sae.ts';
import type { SaeFiles } from '../sae-files.ts';
import { readNpzFile } from '../tensors/npz-file.ts';
import { Weights } from '../weights.ts';

export const GEMMA_SCOPE_WEIGHTS = 'params.npz';

/** `res`, `mlp` and `att` in a repository's name. */
const HOOKS: Readonly<Record<string, string>> = {
  res: 'hook_resid_post',
  mlp: 'hook_mlp_out',
  att: 'attn.hook_z',
};

/**
 * Reads `params.npz` of Gemma Scope. It has no configuration: model and hook are in the names of the repository and the
 * folder.
 *
 * @throws {SaeLabError} `sae.*`
 */
export async function readGemmaScope(files: SaeFiles): Promise<ReadSae> {
  requireSae(files);
  const path = await files.path(GEMMA_SCOPE_WEIGHTS);
  const weights = new Weights(path, await readNpzFile(path));
  // Some files have lower-case names.
  const nameOf = (name: 'W_enc' | 'W_dec'): string =>
    weights.has(name.toLowerCase()) ? name.toLowerCase() : name;
  const [dIn = 0, dSae = 0] = weights.shapeOf(nameOf('W_enc'));
  const tensors = {
    W_enc: await weights.take(nameOf('W_enc'), [dIn, dSae]),
    b_enc: await weights.take('b_enc', [dSae]),
    W_dec: await weights.take(nameOf('W_dec'), [dSae, dIn]),
    b_dec: await weights.take('b_dec', [dIn]),
    threshold: await weights.take('threshold', [dSae]),
  } satisfies Record<string, SaeTensor>;
  weights.requireAllTaken('jumprelu');
  return {
    sae: { architecture: 'jumprelu', dIn, dSae, applyBDecToInput: false, tensors },
    architecture: 'jumprelu',
    origin: originOf(files),
    metadata: {},
    warnings: [],
  };
}

/** Transcoders and SAEs of the embedding have the same tensors, but other mathematics. */
function requireSae({ name, hub }: SaeFiles): void {
  const [kind] =
    /transcoder|embedding|crosscoder/.exec(hub === undefined ? name : `${hub.id}/${hub.path}`) ?? [];
  if (kind === undefined) return;
  throw new SaeLabError('sae.unsupported', {
    problem: `the name says ${kind}, which is not implemented`,
    field: name,
    expected: 'an SAE of a residual stream, an MLP or an attention output',
    received: kind,
    fix: 'Use another SAE of Gemma Scope.',
  });
}

function originOf({ hub }: SaeFiles): ForeignOrigin {
  const [, size, version, kind] =
    /^google\/gemma-scope-(\d+b)-(pt|it)-(res|mlp|att)/.exec(hub?.id ?? '') ?? [];
  const [, layer] = /(?:^|\/)layer_(\d+)(?:\/|$)/.exec(hub?.path ?? '') ?? [];
  if (size === undefined || layer === undefined) return {};
  return {
    modelName: `google/gemma-2-${size}${version === 'it' ? '-it' : ''}`,
    hookName: `blocks.${layer}.${HOOKS[kind!]}`,
    contextSize: 1024,
    prependBos: true,
  };
}
