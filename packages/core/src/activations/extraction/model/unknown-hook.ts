import { SaeLabError, describeValue } from '@sae-lab/errors';
import { FLOAT, FLOAT16, nameOfType } from './element-type.ts';
import type { LanguageModel } from './language-model.ts';
import type { ModelGraph } from './model-graph.ts';
import { hasModulePaths, moduleNodes, modulesWithOneOutput } from './module-outputs.ts';
import type { WidthOf } from './tensor-width.ts';

interface Asked {
  readonly requested: string;
  /** Module path of the requested name; undefined if it has none. */
  readonly module: string | undefined;
  /** TransformerLens names that the model has. */
  readonly blocks: readonly string[];
  /** Architectures with known TransformerLens names. */
  readonly architectures: readonly string[];
}

/** The error for a hook without a tensor, with the reason and the available hooks. */
export function unknownHook(
  { files, config, graph }: LanguageModel,
  width: WidthOf,
  { requested, module, blocks, architectures }: Asked,
): SaeLabError {
  const model = `the model ${files.name} (${config.modelType}, ${config.layers} layers)`;
  const modules = inRanges(modulesWithOneOutput(graph, width));
  const names = [...blocks, ...(modules.length > 0 ? [`or a module path: ${modules.join(', ')}`] : [])];
  const reason = reasonFor(graph, module);
  return new SaeLabError('hook.unknown', {
    problem:
      reason === undefined ? `${model} has no such hook` : `${model} has no activations for it: ${reason}`,
    field: 'hooks',
    ...(names.length > 0 && { expected: names.join(', ').replace(/^or /, '') }),
    received: describeValue(requested),
    ...fixFor(config.modelType, names.length > 0, architectures),
  });
}

/** Why a module that may exist has no activations. */
function reasonFor(graph: ModelGraph, module: string | undefined): string | undefined {
  if (!hasModulePaths(graph)) return "the graph's nodes are not named by module paths";
  if (module === undefined || moduleNodes(graph, module).length === 0) return undefined;
  const types = weightTypes(graph);
  const kept = types.length > 0 ? `, and the model's weights are ${types.join(', ')}` : '';
  return `no output of the module ${module} is a float32 or float16 activation${kept}`;
}

function fixFor(modelType: string, hasNames: boolean, architectures: readonly string[]): { fix?: string } {
  if (!hasNames) {
    return {
      fix: 'Export the model again in float32, unquantised, with nodes named by module path (optimum-cli export onnx).',
    };
  }
  if (architectures.includes(modelType)) return {};
  return {
    fix: `TransformerLens names are supported for ${architectures.join(', ')}. Use a module path for this model.`,
  };
}

/** Element types of the model's matrices, other than float32 and float16. */
function weightTypes({ graph }: ModelGraph): string[] {
  const matrices = graph.initializer.filter(({ dims }) => dims.length >= 2);
  const types = new Set(matrices.map(({ dataType }) => dataType));
  return [...types].filter((type) => type !== FLOAT && type !== FLOAT16).map(nameOfType);
}

/** Combines paths that differ only in the layer: `layers.{0..5}.mlp`, `layers.{0,2..5}.mlp`. */
export function inRanges(paths: readonly string[]): string[] {
  const layersOf = new Map<string, number[]>();
  for (const path of paths) {
    const layer = /\.(\d+)(?=\.|$)/.exec(path)?.[1];
    const pattern = path.replace(/\.\d+(?=\.|$)/, '.#');
    const layers = layersOf.get(pattern) ?? [];
    if (layer !== undefined) layers.push(Number(layer));
    layersOf.set(pattern, layers);
  }
  return [...layersOf].map(([pattern, layers]) => {
    const text = ranges(layers).join(',');
    return pattern.replace('#', /\D/.test(text) ? `{${text}}` : text);
  });
}

function ranges(numbers: readonly number[]): string[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const starts = sorted.filter((number) => !numbers.includes(number - 1));
  const ends = sorted.filter((number) => !numbers.includes(number + 1));
  return starts.map((start, i) => (start === ends[i] ? String(start) : `${start}..${ends[i]}`));
}
