/**
 * Finds the tensor that a module of the original model returns. Exporters name nodes by module path
 * (`/gpt_neox/layers.3/mlp/dense_4h_to_h/Add`), so a module's output is a tensor that its nodes compute and others read.
 */
import type { NodeProto } from 'onnx-buf';
import type { ModelGraph } from './model-graph.ts';
import type { WidthOf } from './tensor-width.ts';

/** The suffix that exporters append to a node's name to name its output. */
const OUTPUT_SUFFIX = /_output_\d+$/;

/** A node's name. Optimisers that drop it leave it in the names of the node's outputs. */
function nameOf({ name, output: [output = ''] }: NodeProto): string {
  return name === '' ? output.replace(OUTPUT_SUFFIX, '') : name;
}

/** Nodes of the module at `path`, including nested modules. */
export function moduleNodes({ graph }: ModelGraph, path: string): NodeProto[] {
  const prefix = nodePrefix(path);
  return graph.node.filter((node) => nameOf(node).startsWith(prefix));
}

/** Whether nodes are named by module path. */
export function hasModulePaths({ graph }: ModelGraph): boolean {
  return graph.node.some((node) => enclosingModules(node).length > 0);
}

/** Activations that leave the module at `path`, e.g. `gpt_neox.layers.3.mlp`. Most modules have exactly one. */
export function moduleOutputs(graph: ModelGraph, width: WidthOf, path: string): string[] {
  const prefix = nodePrefix(path);
  return moduleNodes(graph, path)
    .flatMap((node) => node.output)
    .filter((tensor) => width(tensor) !== undefined && leaves(graph, tensor, prefix));
}

/** Every module path with exactly one output. */
export function modulesWithOneOutput(graph: ModelGraph, width: WidthOf): string[] {
  const counts = new Map<string, number>();
  for (const node of graph.graph.node) {
    for (const tensor of node.output) {
      if (width(tensor) === undefined) continue;
      for (const path of enclosingModules(node)) {
        if (leaves(graph, tensor, nodePrefix(path))) counts.set(path, (counts.get(path) ?? 0) + 1);
      }
    }
  }
  return [...counts].filter(([, count]) => count === 1).map(([path]) => path);
}

/** The innermost module that a node belongs to, e.g. `gpt_neox.layers.3.mlp.act`. */
export function moduleOf(node: NodeProto): string {
  return nameOf(node).split('/').slice(1, -1).join('.');
}

/** The modules that a node belongs to, from the outermost. */
export function enclosingModules(node: NodeProto): string[] {
  const parts = nameOf(node).split('/').slice(1, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('.'));
}

// A number is an index in a list of modules and stays attached to the list's name: layers.3.mlp is layers.3/mlp.
function nodePrefix(path: string): string {
  return `/${path.replaceAll(/\.(?!\d)/g, '/')}/`;
}

function leaves({ consumers, graph }: ModelGraph, tensor: string, prefix: string): boolean {
  const used = consumers.get(tensor) ?? [];
  return (
    used.some((node) => !nameOf(node).startsWith(prefix)) ||
    graph.output.some((output) => output.name === tensor)
  );
}
