import { SaeLabError, describeValue } from '@sae-lab/errors';
import type { JsonObject } from '../model-config.ts';
import { inRanges } from '../in-ranges.ts';
import { findArchitecture } from './architectures/registry.ts';
import { ConfigFields } from './config-fields.ts';
import { GraphBuilder, type BuiltHook } from './graph-builder.ts';
import { prune, type GraphPart } from './prune.ts';
import { requireCommonFields } from './common-fields.ts';
import type { TensorNaming } from './architecture.ts';

/** A model's graph as its config describes it. No weights have been read yet. */
export interface GraphDescription extends TensorNaming {
  /**
   * Hooks by name: TransformerLens names, `transformers` module paths, and `logits`. A hook can have several names.
   * The order is the order in which the model computes them.
   */
  readonly hooks: ReadonlyMap<string, BuiltHook>;
  /**
   * The part of the graph that computes the named hooks. Later layers are left out, and so are their weights.
   *
   * @param from a hook whose values are fed: the part begins after it
   * @throws {SaeLabError} `hook.unknown`, `hook.not-in-architecture`
   */
  upTo(names: readonly string[], from?: string): GraphPart;
}

/**
 * Describes the graph of a model from its config.json.
 *
 * @param fields the fields of config.json. For multimodal models, merge the text part first: `readTextConfig` does.
 * @param source the path of the config, for error messages
 * @throws {SaeLabError} `model.unsupported-architecture`, `model.unsupported-config`, `model.invalid-config`
 * @example
 * const description = describeGraph(await readTextConfig('pythia/config.json'), 'pythia/config.json');
 * description.hooks.get('blocks.3.hook_mlp_out'); // { name: 'blocks.3.hook_mlp_out', width: 512 }
 */
export function describeGraph(fields: JsonObject, source: string): GraphDescription {
  const config = new ConfigFields(source, fields);
  const architecture = findArchitecture(config);
  requireCommonFields(config);
  const builder = new GraphBuilder();
  const { missingHooks, ...naming } = architecture.describe(builder, config);

  const find = (name: string): BuiltHook => {
    const hook = builder.hooks.get(name);
    if (hook !== undefined) return hook;
    const [, part = ''] = /^blocks\.\d+\.(.+)$/.exec(name) ?? [];
    const reason = Object.hasOwn(missingHooks, part) ? missingHooks[part] : undefined;
    throw reason === undefined
      ? hookUnknown(builder, name)
      : hookNotInArchitecture(builder, name, part, reason);
  };
  const upTo: GraphDescription['upTo'] = (names, from) =>
    prune(builder, names.map(find), from === undefined ? undefined : find(from));
  return { hooks: builder.hooks, ...naming, upTo };
}

function hookUnknown(builder: GraphBuilder, name: string): SaeLabError {
  return new SaeLabError('hook.unknown', {
    problem: 'the model has no such hook',
    field: 'hooks',
    expected: `${blockNames(builder)}, or a module path`,
    received: describeValue(name),
    fix: 'Check the hook name and the layer number.',
  });
}

function hookNotInArchitecture(
  builder: GraphBuilder,
  name: string,
  part: string,
  reason: string,
): SaeLabError {
  return new SaeLabError('hook.not-in-architecture', {
    problem: `the model has no ${part}: ${reason}`,
    field: 'hooks',
    expected: blockNames(builder),
    received: describeValue(name),
    fix: 'Use hook_resid_pre or hook_resid_post.',
  });
}

/** TransformerLens names, with layers as ranges: `blocks.{0..5}.hook_mlp_out`. */
function blockNames({ hooks }: GraphBuilder): string {
  return inRanges([...hooks.keys()].filter((name) => name.startsWith('blocks.'))).join(', ');
}
