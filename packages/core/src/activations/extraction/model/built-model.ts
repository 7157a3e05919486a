import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import { ValueInfoProtoSchema } from 'onnx-buf';
import { isAlive, thisProcess } from '../../../files/is-alive.ts';
import { makeFolder } from '../../../files/write-atomic.ts';
import { openSession, type ActivationSession, type SessionOptions } from './activation-session.ts';
import {
  BUILD_VERSION,
  INDEX,
  SINGLE,
  describeGraph,
  shardsNeeded,
  weightFiles,
  writeGraph,
  type GraphDescription,
} from './build/index.ts';
import { layerOf, type Hook } from './hooks.ts';
import { readConfig, readTextConfig } from './model-config.ts';
import { readModelGraph } from './model-graph.ts';
import type { ModelFiles } from './model-source.ts';
import type { OpenedModel } from './opened-model.ts';
import { openSpliced } from './splice/open-spliced.ts';
import { openSteerable } from './splice/open-steerable.ts';
import { wholeInFolder, type WholeGraph } from './splice/whole-graph.ts';
import { openTokenizer } from './text-tokenizer.ts';
import { isInStream, LOGITS, notInStream, openUnembedding, type FoundUnembedding } from './unembedding.ts';

/**
 * Opens a model whose graph is built from config.json and safetensors. Reads no weights yet.
 *
 * @throws {SaeLabError} `model.unsupported-architecture`, `model.unsupported-config`, `model.invalid-config`,
 *   `model.unreadable-config`, `model.unreadable-tokenizer`
 */
export async function openBuilt(files: ModelFiles): Promise<OpenedModel> {
  const fields = await readTextConfig(files.config);
  const description = describeGraph(fields, files.config);
  const config = await readConfig(files.config);
  // Not from the config, which may leave out `vocab_size`.
  const tokenizer = await openTokenizer(files, description.hooks.get('logits')!.width);
  return {
    files,
    config,
    tokenizer,
    hooks: () => hooksOf(description),
    resolve: (names) => names.map((name) => resolve(description, name)),
    filesOf: (hooks) => filesOf(description, files, hooks),
    openUnembedding: (hook, options) => openAfterLayers(description, files, config.layers, hook, options),
    buildVersion: BUILD_VERSION,
    open: (hooks, options) => open(description, { files, config }, hooks, options),
    openSpliced: (hook, options) => openToSplice(description, { files, config }, hook, options, openSpliced),
    openSteerable: (hook, options) =>
      openToSplice(description, { files, config }, hook, options, openSteerable),
  };
}

/** The hooks of a graph by name. */
export function hooksOf({ hooks }: GraphDescription): Map<string, Pick<Hook, 'tensor' | 'dIn'>> {
  return new Map([...hooks].map(([name, hook]) => [name, { tensor: hook.name, dIn: hook.width }]));
}

function resolve(description: GraphDescription, requested: string): Hook {
  const hook = description.hooks.get(requested) ?? description.upTo([requested]).outputs[0]!;
  return {
    requested,
    name: hook.name,
    tensor: hook.name,
    layer: layerOf(requested),
    dIn: hook.width,
  };
}

async function filesOf(
  description: GraphDescription,
  files: ModelFiles,
  hooks: readonly Hook[],
): Promise<Map<string, string[]>> {
  const tensors = [...new Set(hooks.map(({ tensor }) => tensor))];
  await fetchWeights(description, files, tensors);
  const found = new Map<string, string[]>();
  for (const tensor of tensors) {
    found.set(tensor, [files.config, ...(await weightFiles(description, [tensor], files.folder))]);
  }
  return found;
}

/** Downloads the weights that some tensors need, of a model on the hub. */
async function fetchWeights(
  description: GraphDescription,
  { folder, hub }: ModelFiles,
  tensors: readonly string[],
  from?: string,
): Promise<void> {
  if (hub === undefined) return;
  const index = join(folder, INDEX);
  await hub.fetch(existsSync(index) ? await shardsNeeded(description, tensors, index, from) : [SINGLE]);
}

async function open(
  description: GraphDescription,
  { files, config }: Pick<OpenedModel, 'files' | 'config'>,
  hooks: readonly Hook[],
  { dataDir, ...options }: SessionOptions & { dataDir: string },
): Promise<ActivationSession> {
  return inGraphFolder(dataDir, async (folder) => {
    const outputs = hooks.map(({ tensor }) => tensor);
    const { path, inputs } = await writeGraph(description, { outputs, weights: files.folder, folder });
    const infos = inputs.map((name) => create(ValueInfoProtoSchema, { name }));
    return openSession({ graph: path, inputs: infos, path: files.folder, config }, hooks, options);
  });
}

async function openToSplice<T extends { close(): Promise<void> }>(
  description: GraphDescription,
  { files, config }: Pick<OpenedModel, 'files' | 'config'>,
  hook: Hook,
  { dataDir, ...options }: SessionOptions & { dataDir: string },
  openAs: (whole: WholeGraph, hook: Hook, options: SessionOptions) => Promise<T>,
): Promise<T> {
  const logits = resolve(description, LOGITS);
  await filesOf(description, files, [hook, logits]);
  return inGraphFolder(dataDir, async (folder) => {
    const outputs = [hook.tensor, LOGITS];
    const { path } = await writeGraph(description, { outputs, weights: files.folder, folder });
    const graph = await readModelGraph(path);
    return openAs(wholeInFolder({ graph, hooks: hooksOf(description), config }, folder), hook, options);
  });
}

/** Opens something that reads a graph in a new folder, which is removed when it is closed. */
async function inGraphFolder<T extends { close(): Promise<void> }>(
  dataDir: string,
  openIn: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await newGraphFolder(dataDir);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const opened = await openIn(folder);
    return {
      ...opened,
      async close() {
        await opened.close();
        // The links in it would keep deleted weights on disk.
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function openAfterLayers(
  description: GraphDescription,
  files: ModelFiles,
  layers: number,
  hook: Hook,
  { dataDir, ...options }: SessionOptions & { dataDir: string },
): Promise<FoundUnembedding> {
  if (!isInStream(hook)) return notInStream(hook);
  const residual = resolve(description, `blocks.${layers - 1}.hook_resid_post`);
  const folder = await newGraphFolder(dataDir);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await fetchWeights(description, files, [LOGITS], residual.tensor);
    const { path } = await writeGraph(description, {
      outputs: [LOGITS],
      from: residual.tensor,
      weights: files.folder,
      folder,
    });
    const unembedding = await openUnembedding(path, residual, options);
    const close = async (): Promise<void> => {
      await unembedding.close();
      await remove();
    };
    return { unembedding: { ...unembedding, close } };
  } catch (error) {
    await remove();
    if (error instanceof SaeLabError && error.code === 'model.missing-tensor') {
      return { missing: error.details.problem };
    }
    throw error;
  }
}

/** Creates a folder for one graph, and removes those that killed processes left behind. */
async function newGraphFolder(dataDir: string): Promise<string> {
  const all = join(dataDir, 'graphs');
  await makeFolder(all);
  const me = thisProcess();
  for (const name of await readdir(all)) {
    const [, host, pid, started] = /^(.+)@(\d+)-(\w*)\.\w+$/.exec(name) ?? [];
    if (host === undefined) continue;
    if (isAlive({ host, pid: Number(pid), started: started! }) === false) {
      await rm(join(all, name), { recursive: true, force: true });
    }
  }
  const folder = join(all, `${me.host}@${me.pid}-${me.started}.${randomBytes(4).toString('hex')}`);
  await mkdir(folder);
  return folder;
}
