import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { LanguageModel } from './language-model.ts';
import { moduleOf, moduleOutputs, modulesWithOneOutput } from './module-outputs.ts';
import { hookUnknown } from './hook-unknown.ts';
import { inRanges } from './in-ranges.ts';
import { tensorWidths, type WidthOf } from './tensor-width.ts';

/** A point in the model where activations can be extracted. */
export interface Hook {
  /** The requested name. */
  readonly requested: string;
  /** The canonical name; part of the activations' identity. */
  readonly name: string;
  /** Name of the tensor in the ONNX graph, [batch, tokens, dIn]. */
  readonly tensor: string;
  /** The layer in the requested name; null outside the layers (e.g. an embedding). */
  readonly layer: number | null;
  readonly dIn: number;
}

/**
 * The hooks of GPT-NeoX that are canonical for module paths too. Those of other architectures keep their path: activations
 * that were extracted by path keep their identity.
 */
const CANONICAL = /^blocks\.\d+\.(hook_resid_(pre|post)|hook_(mlp|attn)_out|mlp\.hook_post)$/;

/**
 * Finds the tensor of each hook by its TransformerLens name (`blocks.3.hook_resid_post`) or module path
 * (`gpt_neox.layers.3.mlp`).
 *
 * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`, `hook.ambiguous` for a module with several outputs
 */
export function resolveHooks(model: LanguageModel, names: readonly string[]): Hook[] {
  const width = tensorWidths(model.graph);
  const hooks = names.map((name) => resolve(model, width, name));
  // One tensor has one name, even if it was requested by several.
  const nameOf = new Map(hooks.toReversed().map(({ tensor, name }) => [tensor, name]));
  return hooks.map((hook) => ({ ...hook, name: nameOf.get(hook.tensor)! }));
}

function resolve(model: LanguageModel, width: WidthOf, requested: string): Hook {
  const { hooks, missing } = model.named;
  const layer = layerOf(requested);
  const named = hooks.get(requested);
  if (named !== undefined) return { requested, ...named, layer };
  const [, part = ''] = /^blocks\.\d+\.(.+)$/.exec(requested) ?? [];
  if (Object.hasOwn(missing, part)) throw notInArchitecture(model, requested, part);

  const outputs = moduleOutputs(model.graph, width, requested);
  const [tensor] = outputs;
  if (tensor === undefined) throw hookUnknown(model, width, requested);
  if (outputs.length > 1) {
    throw new SaeLabError('hook.ambiguous', {
      problem: `the module has ${outputs.length} outputs`,
      field: 'hooks',
      expected: 'a module with one output',
      received: describeValue(requested),
      fix: `Use one of the modules inside it: ${outputs.map((output) => moduleOfTensor(model, output)).join(', ')}.`,
    });
  }
  return { requested, name: nameOfPath(model, tensor), tensor, layer, dIn: width(tensor)! };
}

/** The layer in a hook's name; null if it has none. */
export function layerOf(name: string): number | null {
  const layer = /\.(\d+)(?:\.|$)/.exec(name)?.[1];
  return layer === undefined ? null : Number(layer);
}

/** The hooks of an exported graph by name: TransformerLens names and module paths with one output. */
export function exportedHooks(model: LanguageModel): Map<string, Pick<Hook, 'tensor' | 'dIn'>> {
  const width = tensorWidths(model.graph);
  const byPath = modulesWithOneOutput(model.graph, width).flatMap((module) => {
    const [tensor, ...others] = moduleOutputs(model.graph, width, module);
    return tensor === undefined || others.length > 0
      ? []
      : [[module, { tensor, dIn: width(tensor)! }] as const];
  });
  return new Map([...model.named.hooks, ...byPath]);
}

function nameOfPath(model: LanguageModel, tensor: string): string {
  if (model.config.modelType === 'gpt_neox') {
    for (const { name, tensor: known } of model.named.hooks.values()) {
      if (known === tensor && CANONICAL.test(name)) return name;
    }
  }
  return moduleOfTensor(model, tensor);
}

function moduleOfTensor({ graph }: LanguageModel, tensor: string): string {
  return moduleOf(graph.producers.get(tensor)!);
}

function notInArchitecture({ named, config }: LanguageModel, requested: string, part: string): SaeLabError {
  return new SaeLabError('hook.not-in-architecture', {
    problem: `${part} does not exist in ${config.modelType}: ${named.missing[part]}`,
    field: 'hooks',
    expected: inRanges([...named.hooks.keys()]).join(', '),
    received: describeValue(requested),
    fix: 'Use hook_resid_pre or hook_resid_post.',
  });
}
