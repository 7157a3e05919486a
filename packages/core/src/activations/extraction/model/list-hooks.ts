import { describeGraph } from './build/index.ts';
import { hooksOf } from './built-model.ts';
import type { Hook } from './hooks.ts';
import { locateConfig, locateModel, type LocateOptions } from './locate-model.ts';
import { readTextConfig } from './model-config.ts';
import type { ModelSource } from './model-source.ts';
import { openModel } from './open-model.ts';

/** A hook of a model. */
export interface ListedHook {
  /** The canonical name. */
  readonly name: string;
  /** Other names, e.g. module paths. */
  readonly aliases: readonly string[];
  /** Dimensions of its activations. */
  readonly dIn: number;
}

/**
 * Lists the hooks of a model in the order in which it computes them. Of a model on the hub with a supported architecture,
 * only the config is downloaded.
 *
 * @throws {SaeLabError} `model.*`, `hub.*`
 * @example
 * await listHooks({ kind: 'hub', id: 'EleutherAI/pythia-70m-deduped' });
 */
export async function listHooks(source: ModelSource, options: LocateOptions = {}): Promise<ListedHook[]> {
  const listed = new Map<string, { name: string; aliases: string[]; dIn: number }>();
  for (const [name, { tensor, dIn }] of await hooksByName(source, options)) {
    const known = listed.get(tensor);
    if (known === undefined) listed.set(tensor, { name, aliases: [], dIn });
    else known.aliases.push(name);
  }
  return [...listed.values()];
}

async function hooksByName(
  source: ModelSource,
  chosen: LocateOptions,
): Promise<ReadonlyMap<string, Pick<Hook, 'tensor' | 'dIn'>>> {
  const options = { ...chosen, anyVariant: true };
  const config = source.kind === 'hub' ? await locateConfig(source, options) : undefined;
  if (config !== undefined) return hooksOf(describeGraph(await readTextConfig(config), config));
  return (await openModel(await locateModel(source, options))).hooks();
}
