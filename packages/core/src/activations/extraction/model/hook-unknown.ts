import { SaeLabError, describeValue } from '@sae-lab/errors';
import { FLOAT, FLOAT16, nameOfType } from './element-type.ts';
import { NAMED_MODEL_TYPES } from './exported/architectures.ts';
import { inRanges } from './in-ranges.ts';
import type { LanguageModel } from './language-model.ts';
import type { ModelGraph } from './model-graph.ts';
import { hasModulePaths, moduleNodes, modulesWithOneOutput } from './module-outputs.ts';
import type { WidthOf } from './tensor-width.ts';

/** The error `hook.unknown`, with the reason and the available hooks. */
export function hookUnknown(
  { files, config, graph, named }: LanguageModel,
  width: WidthOf,
  requested: string,
): SaeLabError {
  const model = `the model ${files.name} (${config.modelType}, ${config.layers} layers)`;
  const modules = inRanges(modulesWithOneOutput(graph, width));
  const names = [
    ...inRanges([...named.hooks.keys()]),
    ...(modules.length > 0 ? [`or a module path: ${modules.join(', ')}`] : []),
  ];
  const reason = reasonFor(graph, requested);
  return new SaeLabError('hook.unknown', {
    problem:
      reason === undefined ? `${model} has no such hook` : `${model} has no activations for it: ${reason}`,
    field: 'hooks',
    ...(names.length > 0 && { expected: names.join(', ').replace(/^or /, '') }),
    received: describeValue(requested),
    ...fixFor(config.modelType, names.length > 0),
  });
}

/** Why a module that may exist has no activations. */
function reasonFor(graph: ModelGraph, requested: string): string | undefined {
  if (!hasModulePaths(graph)) return "the graph's nodes are not named by module paths";
  const types = weightTypes(graph);
  const kept = types.length > 0 ? `, and the model's weights are ${types.join(', ')}` : '';
  if (moduleNodes(graph, requested).length > 0) {
    return `no output of the module ${requested} is a float32 or float16 activation${kept}`;
  }
  return /^blocks\.|^hook_/.test(requested) && kept !== ''
    ? `it may not be a float32 or float16 activation${kept}`
    : undefined;
}

function fixFor(modelType: string, hasNames: boolean): { fix?: string } {
  if (!hasNames) {
    return {
      fix: 'Export the model again in float32, with nodes named by module path (optimum-cli export onnx).',
    };
  }
  if (NAMED_MODEL_TYPES.includes(modelType)) return {};
  return {
    fix: `TransformerLens names are supported for ${NAMED_MODEL_TYPES.join(', ')}. Use a module path for this model.`,
  };
}

/** Element types of the model's matrices, other than float32 and float16. */
function weightTypes({ graph }: ModelGraph): string[] {
  const matrices = graph.initializer.filter(({ dims }) => dims.length >= 2);
  const types = new Set(matrices.map(({ dataType }) => dataType));
  return [...types].filter((type) => type !== FLOAT && type !== FLOAT16).map(nameOfType);
}
