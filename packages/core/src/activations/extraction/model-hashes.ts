import { hashOfValue } from '../../files/content-hash.ts';
import type { Hook } from './model/hooks.ts';
import type { OpenedModel } from './model/opened-model.ts';
import type { WatchedFiles } from './watched-files.ts';

/** Hashes of everything that determines what a model computes. */
export interface ModelHashes {
  readonly tokenizerSha256: string;
  /** Of what the model computes up to each hook, by the hook's tensor. */
  readonly graphs: ReadonlyMap<string, string>;
}

/**
 * Hashes the files of a model, as the identity of its activations has them. Downloads the weights of a model on the hub.
 *
 * @throws {SaeLabError} `model.*`, `hub.*`, `extraction.input-changed`
 */
export async function modelHashes(
  model: OpenedModel,
  hooks: readonly Hook[],
  inputs: WatchedFiles,
  dataDir: string,
): Promise<ModelHashes> {
  const filesOf = await model.filesOf(hooks);
  for (const found of filesOf.values()) await inputs.add(found);
  const tokenizerSha256 = oneHash(await inputs.hashes(dataDir, model.files.tokenizer));
  const files = [...new Set([...filesOf.values()].flat())];
  const hashes = await inputs.hashes(dataDir, files);
  const hashOf = new Map(files.map((file, i) => [file, hashes[i]!]));
  const graphs = [...filesOf].map(([tensor, found]): [string, string] => {
    const sha256 = oneHash(found.map((file) => hashOf.get(file)!));
    return [tensor, model.buildVersion === undefined ? sha256 : hashOfValue([model.buildVersion, sha256])];
  });
  return { tokenizerSha256, graphs: new Map(graphs) };
}

/** One hash for several files. A single file keeps its own sha256. */
function oneHash(hashes: readonly string[]): string {
  return hashes.length === 1 ? hashes[0]! : hashOfValue(hashes);
}
