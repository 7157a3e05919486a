import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { LanguageModel } from './language-model.ts';
import { moduleOf, moduleOutputs, modulesWithOneOutput } from './module-outputs.ts';
import { inRanges, unknownHook } from './unknown-hook.ts';
import { tensorWidths, type WidthOf } from './tensor-width.ts';

/** A point in the model where activations can be extracted. */
export interface Hook {
  /** The requested name. */
  readonly requested: string;
  /** The canonical name, whichever name was requested; part of the activations' identity. */
  readonly name: string;
  /** Name of the tensor in the ONNX graph, [batch, tokens, dIn]. */
  readonly tensor: string;
  /** The layer in the requested name; null outside the layers (e.g. an embedding). */
  readonly layer: number | null;
  readonly dIn: number;
}

/** Module path of each TransformerLens hook in one architecture. */
type HookModules = Record<string, (layer: number) => string>;

// One entry per `model_type` whose export was checked. Hooks are in order of preference for the canonical name: the input
// of a layer is the output of the previous one, whose name is hook_resid_post.
const ARCHITECTURES: Record<string, { modules: HookModules; missing: readonly string[] }> = {
  gpt_neox: {
    modules: {
      hook_resid_post: (layer) => `gpt_neox.layers.${layer}`,
      hook_resid_pre: (layer) => (layer === 0 ? 'gpt_neox.embed_in' : `gpt_neox.layers.${layer - 1}`),
      hook_mlp_out: (layer) => `gpt_neox.layers.${layer}.mlp`,
      hook_attn_out: (layer) => `gpt_neox.layers.${layer}.attention`,
      'mlp.hook_post': (layer) => `gpt_neox.layers.${layer}.mlp.act`,
    },
    // Attention and MLP both read the layer's input, so there is no residual stream between them.
    missing: ['hook_resid_mid'],
  },
};

const BLOCK_NAME = /^blocks\.(\d+)\.(.+)$/;

/**
 * Finds the tensor of each hook by its TransformerLens name (`blocks.3.hook_resid_post`) or module path
 * (`gpt_neox.layers.3.mlp`).
 *
 * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`, `hook.ambiguous` for a module with several outputs
 */
export function resolveHooks(model: LanguageModel, names: readonly string[]): Hook[] {
  const width = tensorWidths(model.graph);
  return names.map((name) => resolve(model, width, name));
}

function resolve(model: LanguageModel, width: WidthOf, requested: string): Hook {
  const path = modulePath(model, width, requested);
  const outputs = moduleOutputs(model.graph, width, path);
  const [tensor] = outputs;
  if (tensor === undefined) throw unknown(model, width, requested, path);
  if (outputs.length > 1) {
    throw new SaeLabError('hook.ambiguous', {
      problem: `the module has ${outputs.length} outputs`,
      field: 'hooks',
      expected: 'a module with one output',
      received: describeValue(requested),
      fix: `Use one of the modules inside it: ${outputs.map((output) => moduleOfTensor(model, output)).join(', ')}.`,
    });
  }
  return {
    requested,
    name: canonicalName(model, width, tensor),
    tensor,
    layer: layerOf(requested),
    dIn: width(tensor)!,
  };
}

/** The layer in a hook's name; null if it has none. */
export function layerOf(name: string): number | null {
  const layer = /\.(\d+)(?:\.|$)/.exec(name)?.[1];
  return layer === undefined ? null : Number(layer);
}

/** The hooks of an exported graph by name: TransformerLens names and module paths with one output. */
export function exportedHooks(model: LanguageModel): Map<string, Pick<Hook, 'tensor' | 'dIn'>> {
  const width = tensorWidths(model.graph);
  const paths = [
    ...blockModules(model).map(({ name, module }) => [name, module] as const),
    ...modulesWithOneOutput(model.graph, width).map((module) => [module, module] as const),
  ];
  return new Map(
    paths.flatMap(([name, module]) => {
      const outputs = moduleOutputs(model.graph, width, module);
      const [tensor] = outputs;
      return outputs.length === 1 ? [[name, { tensor: tensor!, dIn: width(tensor!)! }] as const] : [];
    }),
  );
}

function modulePath(model: LanguageModel, width: WidthOf, requested: string): string {
  const [, layerText, hook = ''] = BLOCK_NAME.exec(requested) ?? [];
  if (layerText === undefined) return requested;
  const layer = Number(layerText);
  const architecture = ARCHITECTURES[model.config.modelType];
  if (architecture?.missing.includes(hook)) {
    throw new SaeLabError('hook.not-in-architecture', {
      problem: `${hook} does not exist in ${model.config.modelType}: attention and MLP run in parallel on the same input`,
      field: 'hooks',
      expected: blockNames(model, width).join(', '),
      received: describeValue(requested),
      fix: 'Use hook_resid_pre or hook_resid_post.',
    });
  }
  const module =
    architecture && Object.hasOwn(architecture.modules, hook) ? architecture.modules[hook] : undefined;
  if (module === undefined || layer >= model.config.layers) throw unknown(model, width, requested);
  return module(layer);
}

function canonicalName(model: LanguageModel, width: WidthOf, tensor: string): string {
  for (const { name, module } of blockModules(model)) {
    const outputs = moduleOutputs(model.graph, width, module);
    if (outputs.length === 1 && outputs[0] === tensor) return name;
  }
  return moduleOfTensor(model, tensor);
}

/** TransformerLens names of the architecture with their module paths, in order of preference for the canonical name. */
function blockModules({ config }: LanguageModel): { name: string; module: string }[] {
  const modules = ARCHITECTURES[config.modelType]?.modules ?? {};
  return Object.entries(modules).flatMap(([hook, module]) =>
    Array.from({ length: config.layers }, (_, layer) => ({
      name: `blocks.${layer}.${hook}`,
      module: module(layer),
    })),
  );
}

function moduleOfTensor({ graph }: LanguageModel, tensor: string): string {
  return moduleOf(graph.producers.get(tensor)!);
}

function unknown(model: LanguageModel, width: WidthOf, requested: string, module?: string): SaeLabError {
  const blocks = blockNames(model, width);
  const architectures = Object.keys(ARCHITECTURES);
  return unknownHook(model, width, { requested, module, blocks, architectures });
}

/** TransformerLens names that exist in this model's graph. Names that differ only in the layer are combined. */
function blockNames(model: LanguageModel, width: WidthOf): string[] {
  const there = blockModules(model).filter(
    ({ module }) => moduleOutputs(model.graph, width, module).length === 1,
  );
  return inRanges(there.map(({ name }) => name));
}
