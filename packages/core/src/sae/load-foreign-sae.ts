import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { parsePythonJson } from '../files/python-json.ts';
import { readText } from '../files/utf8.ts';
import type { InferenceSae } from './inference-sae.ts';
import { loadSae } from './saelens-format.ts';

/** An SAE that no run trained, and what its files say about it. */
export interface ForeignSae {
  readonly sae: InferenceSae;
  /** The model and the hook that it was trained on, as far as its files name them. */
  readonly origin: { readonly modelName?: string | undefined; readonly hookName?: string | undefined };
}

const namesSchema = z.looseObject({ model_name: z.string().optional(), hook_name: z.string().optional() });
/** SAELens writes them into `metadata`; its versions before 6 wrote them at the top. */
const originSchema = namesSchema.extend({ metadata: namesSchema.optional() });

/**
 * Loads an SAE of another project.
 *
 * @param source a folder in SAELens's format
 * @throws {SaeLabError} `sae.not-found`, `sae.unreadable`, `safetensors.malformed`
 */
export async function loadForeignSae(source: string): Promise<ForeignSae> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) {
    throw new SaeLabError('sae.not-found', {
      problem: found === undefined ? 'there is no such folder' : 'is not a folder',
      field: source,
      expected: 'a folder with cfg.json and sae_weights.safetensors',
      fix: 'Correct the path.',
    });
  }
  const sae = await loadSae(source);
  const { metadata, ...top } = originSchema
    .catch({})
    .parse(parsePythonJson(await readText(join(source, 'cfg.json'))));
  return {
    sae,
    origin: {
      modelName: metadata?.model_name ?? top.model_name,
      hookName: metadata?.hook_name ?? top.hook_name,
    },
  };
}
