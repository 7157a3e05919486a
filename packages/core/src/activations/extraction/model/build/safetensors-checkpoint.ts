/** Finds the tensors of a checkpoint in safetensors. Only headers are read, never the tensors. */
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parsePythonJson } from '../../../../files/python-json.ts';
import { readHeader, type StoredTensor } from '../../../../files/safetensors-header.ts';
import { readText } from '../../../../files/utf8.ts';
import { requireObject } from '../model-config.ts';

export const SINGLE = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/** The tensors of a checkpoint, in one file or in several. */
export interface Checkpoint {
  /** Path of model.safetensors, or of the index. */
  readonly path: string;
  has(name: string): boolean;
  /**
   * Where a tensor is stored. Reads each file's header once.
   *
   * @throws {SaeLabError} `model.missing-shard` when the file does not exist, `model.unreadable-weights`
   */
  locate(name: string): Promise<StoredTensor>;
}

/**
 * Opens the checkpoint in a folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 *
 * @throws {SaeLabError} `model.no-weights` when the folder has neither, `model.unreadable-weights`
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw noWeights(folder, [], cause);
  });
  if (files.includes(SINGLE)) return openSingle(join(folder, SINGLE));
  if (files.includes(INDEX)) return openShards(folder, new Set(files));
  throw noWeights(folder, files);
}

async function openSingle(path: string): Promise<Checkpoint> {
  const tensors = await readTensors(path);
  return { path, has: (name) => tensors.has(name), locate: (name) => Promise.resolve(tensors.get(name)!) };
}

async function openShards(folder: string, files: ReadonlySet<string>): Promise<Checkpoint> {
  const path = join(folder, INDEX);
  const shardOf = await readIndex(path);
  const headers = new Map<string, Promise<ReadonlyMap<string, StoredTensor>>>();
  return {
    path,
    has: (name) => shardOf.has(name),
    async locate(name) {
      const shard = shardOf.get(name)!;
      if (!files.has(shard)) throw missingShard(path, shard, name);
      let header = headers.get(shard);
      if (header === undefined) headers.set(shard, (header = readTensors(join(folder, shard))));
      const tensor = (await header).get(name);
      if (tensor !== undefined) return tensor;
      throw unreadableIndex(path, `it places ${describeValue(name)} in ${shard}, which does not have it`);
    },
  };
}

/**
 * Reads the index of a sharded checkpoint: the file of each tensor.
 *
 * @throws {SaeLabError} `model.unreadable-weights`
 */
export async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { weight_map: map } = requireObject(parsePythonJson(await readText(path)));
    const entries = Object.entries(requireObject(map));
    const strange = entries.find(
      ([, file]) => typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file),
    );
    if (strange !== undefined) throw new Error(`it names the file ${describeValue(strange[1])}`);
    return new Map(entries as [string, string][]);
  } catch (cause) {
    throw unreadableIndex(path, (cause as Error).message, cause);
  }
}

function noWeights(folder: string, files: readonly string[], cause?: unknown): SaeLabError {
  const weights = files.filter((file) => /\.(safetensors|bin|pt|pth|gguf|h5|msgpack)$/.test(file));
  return new SaeLabError('model.no-weights', {
    problem: 'the folder has no usable weights',
    field: folder,
    expected: `${SINGLE} or ${INDEX}`,
    ...(weights.length > 0 && { received: weights.slice(0, 3).join(', ') }),
    fix: 'Save the model with save_pretrained(folder, safe_serialization=True).',
    cause,
  });
}

function missingShard(path: string, shard: string, name: string): SaeLabError {
  return new SaeLabError('model.missing-shard', {
    problem: `the index places ${describeValue(name)} in ${shard}, which is not in the folder`,
    field: path,
    expected: `${shard} next to the index`,
    fix: 'Download the missing file.',
  });
}

function unreadableIndex(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('model.unreadable-weights', {
    problem: `the index of the weights cannot be used: ${problem}`,
    field: path,
    expected: 'JSON with a weight_map from tensor names to .safetensors files in the same folder',
    fix: 'Download the file again.',
    cause,
  });
}

/** The tensors of a file by name. */
async function readTensors(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return (await readHeader(file, path)).tensors;
  } catch (cause) {
    throw new SaeLabError('model.unreadable-weights', {
      problem: `not a whole safetensors file: ${(cause as Error).message}`,
      field: path,
      expected: 'weights in the safetensors format',
      fix: 'Download the file again: it may be cut short, or a Git LFS pointer.',
      cause,
    });
  } finally {
    await file?.close();
  }
}
