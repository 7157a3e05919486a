/**
 * Names the activations of an exported graph as TransformerLens does. The names of nodes or weights locate only the linear
 * layers. The rest follows from how the graph uses them: what they read is the output of a norm, what the norm reads is
 * the residual stream, and what is added to that is the output of attention or of the MLP. So the names do not depend on
 * how an exporter or an optimiser writes a norm, an activation function or attention.
 */
import type { ModelConfig } from '../model-config.ts';
import type { ModelGraph } from '../model-graph.ts';
import { tokenEmbedding } from '../token-embedding.ts';
import { modulesOf, type LayerModules } from './architectures.ts';
import { GraphWalk } from './graph-walk.ts';
import { findParts, type LayerParts } from './layer-parts.ts';
import { findLinear } from './linear.ts';
import { additionTo, isFusedAddition } from './residual.ts';
import { SideNodes, type TensorOf } from './side-nodes.ts';

interface NamedHook {
  /** The canonical name. */
  readonly name: string;
  readonly tensor: string;
  readonly dIn: number;
}

export interface NamedHooks {
  /** The graph, with nodes for hooks that it has no tensor for. */
  readonly graph: ModelGraph;
  /** Hooks by TransformerLens name, in the order in which the model computes them. */
  readonly hooks: ReadonlyMap<string, NamedHook>;
  /** Hooks that the architecture lacks, such as `hook_resid_mid`, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

const PARALLEL = { hook_resid_mid: 'attention and MLP run in parallel on the same input' };

/** Names the hooks of a graph. A graph or an architecture that is not known has none. */
export function nameHooks(graph: ModelGraph, config: ModelConfig): NamedHooks {
  const modules = modulesOf(config.modelType);
  if (modules === undefined) return { graph, hooks: new Map(), missing: {} };
  const naming = new Naming(graph);
  naming.nameLayers(modules, config);
  return { graph: naming.graph, hooks: naming.hooks, missing: naming.isParallel ? PARALLEL : {} };
}

class Naming {
  readonly hooks = new Map<string, NamedHook>();
  isParallel = false;
  readonly #walk: GraphWalk;
  readonly #side = new SideNodes();

  constructor(graph: ModelGraph) {
    this.#walk = new GraphWalk(graph);
  }

  get graph(): ModelGraph {
    return this.#side.addedTo(this.#walk.graph);
  }

  nameLayers(modules: LayerModules, config: ModelConfig): void {
    const isList = (path: string): boolean =>
      findLinear(this.#walk, this.#side, `${path}.0.${modules.mlpIn}`) !== undefined;
    const list = modules.layers.find(isList);
    if (list === undefined) return;
    let stream: string | undefined;
    for (let layer = 0; layer < config.layers; layer++) {
      const parts = findParts(this.#walk, this.#side, { layer: `${list}.${layer}`, modules, config });
      stream = this.#nameLayer(layer, parts, stream);
      if (stream === undefined) return;
    }
  }

  /**
   * @param before the residual stream after the layer before; undefined for the first layer
   * @returns the residual stream after this layer; undefined if the graph has it in no known form
   */
  #nameLayer(layer: number, parts: LayerParts, before: string | undefined): string | undefined {
    const { projections, attentionOut, norms, width } = parts;
    const block = `blocks.${layer}`;
    const stream = before ?? norms[0]?.input;
    const isBroken = norms[0] !== undefined && !this.#isSame(norms[0].input, stream ?? '');
    if (stream === undefined || width === undefined || isBroken) return undefined;
    if (before === undefined) this.#nameEmbedding(stream, width);
    else this.#alias(`${block}.hook_resid_pre`, `blocks.${layer - 1}.hook_resid_post`);

    this.#put(`${block}.ln1.hook_normalized`, width, norms[0]?.normalized);
    projections?.parts.forEach((part, i) =>
      this.#put(`${block}.attn.hook_${'qkv'[i]}`, part.width, part.output),
    );
    this.#put(`${block}.attn.hook_z`, attentionOut?.from ?? 0, attentionOut && (() => attentionOut.input));
    if (norms[1] !== undefined) this.isParallel = this.#isSame(norms[1].input, stream);
    const after = this.isParallel
      ? this.#nameParallel(block, parts, stream, width)
      : this.#nameSerial(block, parts, stream, width);
    if (after === undefined) return undefined;
    this.#put(`${block}.hook_resid_post`, width, () => after);
    return after;
  }

  /** Attention and MLP read the same stream, and both outputs are added to it. */
  #nameParallel(block: string, parts: LayerParts, stream: string, width: number): string | undefined {
    this.#put(`${block}.hook_attn_out`, width, parts.attentionOut?.output);
    this.#nameMlp(block, parts, width);
    this.#put(`${block}.hook_mlp_out`, width, parts.mlpOut?.output);
    return additionTo(this.#walk, this.#side, stream)?.sum;
  }

  /** The MLP reads the stream after attention. */
  #nameSerial(block: string, parts: LayerParts, stream: string, width: number): string | undefined {
    const attention = additionTo(this.#walk, this.#side, stream);
    if (attention === undefined) return undefined;
    const { sum } = attention;
    if (parts.norms[1] !== undefined && !this.#isSame(parts.norms[1].input, sum)) return undefined;
    this.#put(`${block}.hook_attn_out`, width, attention.added);
    this.#put(`${block}.hook_resid_mid`, width, () => sum);
    this.#nameMlp(block, parts, width);
    const mlp = additionTo(this.#walk, this.#side, sum);
    this.#put(`${block}.hook_mlp_out`, width, mlp?.added);
    return mlp?.sum;
  }

  #nameMlp(block: string, { norms, mlpIn, mlpUp, mlpOut }: LayerParts, width: number): void {
    this.#put(`${block}.ln2.hook_normalized`, width, norms[1]?.normalized);
    this.#put(`${block}.mlp.hook_pre`, mlpIn?.to ?? 0, mlpIn?.output);
    this.#put(`${block}.mlp.hook_pre_linear`, mlpUp?.to ?? 0, mlpUp?.output);
    this.#put(`${block}.mlp.hook_post`, mlpOut?.from ?? 0, mlpOut && (() => mlpOut.input));
  }

  /** The embedding of tokens is the first residual stream, unless one of positions is added to it. */
  #nameEmbedding(stream: string, width: number): void {
    const tokens = tokenEmbedding(this.#walk.graph)?.node.output[0];
    const addition = this.#walk.producer(stream);
    const isAddition = addition !== undefined && (addition.opType === 'Add' || isFusedAddition(addition));
    const [first = '', second = ''] = isAddition ? addition.input : [];
    const isTokens = (tensor: string): boolean => this.#walk.beforeDequantisation(tensor) === tokens;
    const found = [first, second].find(isTokens);
    if (found === undefined) {
      this.#put('blocks.0.hook_resid_pre', width, () => stream);
      this.#alias('hook_embed', 'blocks.0.hook_resid_pre');
      return;
    }
    this.#put('hook_embed', width, () => found);
    this.#put('hook_pos_embed', width, (name) =>
      this.#side.asBatch(name, found === first ? second : first, width),
    );
    this.#put('blocks.0.hook_resid_pre', width, () => stream);
  }

  #isSame(a: string, b: string): boolean {
    return this.#walk.beforeCasts(a) === this.#walk.beforeCasts(b);
  }

  /** @param tensorOf undefined if the graph has the hook in no known form */
  #put(name: string, dIn: number, tensorOf: TensorOf | undefined): void {
    if (tensorOf !== undefined) this.hooks.set(name, { name, tensor: tensorOf(name), dIn });
  }

  #alias(alias: string, name: string): void {
    this.hooks.set(alias, this.hooks.get(name)!);
  }
}
