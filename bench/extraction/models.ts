/** The models of `pnpm bench:extract`, each as a checkpoint and, where possible, as an exported graph. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { lastLine } from '../peers/conversation.ts';
import { PYTHIA_70M, writeRandomNeox, type NeoxShape } from './random-model.ts';

export interface BenchModel {
  readonly name: string;
  readonly layers: number;
  /** Module path of the list of layers. */
  readonly path: string;
  /** Folder of the checkpoint in safetensors. */
  readonly weights: string;
  /** Folder of the exported graph; undefined where there is none. */
  readonly exported: string | undefined;
  /** Documents of a round. */
  readonly documents: number;
}

const BUNDLED = fileURLToPath(new URL('../../models/neox-1.7m', import.meta.url));
const EXPORT = fileURLToPath(new URL('../peers/export.py', import.meta.url));
/** Where `transformers` keeps the layers, by `model_type`. */
const PATHS: Readonly<Record<string, string>> = { gpt_neox: 'gpt_neox.layers', gpt2: 'transformer.h' };

type Config = NeoxShape & { readonly model_type: string };

/** Three windows of the extraction, whose first one is not timed. */
const DOCUMENTS = 384;

/**
 * Prepares the models.
 *
 * @param chosen folder of a checkpoint, to measure instead of the default models
 * @param temporary folder for what is made
 * @param python exports graphs; undefined for none
 * @throws {SaeLabError} `cli.usage`
 */
export function prepareModels(
  chosen: string | undefined,
  temporary: string,
  python: string | undefined,
): BenchModel[] {
  if (chosen !== undefined) {
    const weights = resolve(chosen);
    const config = configOf(weights);
    const exported = python && exportGraph(python, weights, join(temporary, 'exported'));
    return [
      {
        name: basename(weights),
        layers: config.num_hidden_layers,
        path: PATHS[config.model_type] ?? 'model.layers',
        weights,
        exported,
        documents: DOCUMENTS,
      },
    ];
  }
  const pythia = join(temporary, 'pythia-70m');
  writeRandomNeox(pythia, PYTHIA_70M, BUNDLED);
  const bundled = configOf(BUNDLED);
  const twin = join(temporary, 'neox-1.7m');
  writeRandomNeox(twin, bundled, BUNDLED);
  return [
    {
      name: 'pythia-70m',
      layers: PYTHIA_70M.num_hidden_layers,
      path: PATHS['gpt_neox']!,
      weights: pythia,
      exported: python && exportGraph(python, pythia, join(temporary, 'pythia-70m-exported')),
      documents: DOCUMENTS,
    },
    {
      name: basename(BUNDLED),
      layers: bundled.num_hidden_layers,
      path: PATHS['gpt_neox']!,
      weights: twin,
      exported: BUNDLED,
      documents: 4 * DOCUMENTS,
    },
  ];
}

/** @throws {SaeLabError} `cli.usage` */
function configOf(folder: string): Config {
  try {
    return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Config;
  } catch (cause) {
    throw new SaeLabError('cli.usage', {
      problem: `config.json cannot be read: ${(cause as Error).message}`,
      field: '--model',
      expected: 'a folder with config.json, tokenizer.json and weights in safetensors',
      received: describeValue(folder),
      cause,
    });
  }
}

/** @returns the folder; undefined, after a warning, if the export fails */
function exportGraph(python: string, weights: string, folder: string): string | undefined {
  mkdirSync(folder);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
    if (existsSync(join(weights, file))) cpSync(join(weights, file), join(folder, file));
  }
  const { status, stderr } = spawnSync(python, [EXPORT, weights, folder], { encoding: 'utf8' });
  if (status === 0) return folder;
  console.error(`${basename(weights)}: no exported graph: ${lastLine(stderr)}`);
  return undefined;
}
