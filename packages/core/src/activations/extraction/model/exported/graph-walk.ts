/** Follows the tensors of an exported graph, past operators that do not change what a tensor means. */
import type { NodeProto, TensorProto } from 'onnx-buf';
import type { ModelGraph } from '../model-graph.ts';
import { enclosingModules } from '../module-outputs.ts';
import { integerAttribute } from '../node-attribute.ts';

const CASTS = new Set(['Cast', 'Identity']);
/** Operators that do not change the shape of a weight. */
const KEEPS_SHAPE = new Set(['Cast', 'DequantizeLinear', 'Identity']);

export class GraphWalk {
  readonly graph: ModelGraph;
  /** Shapes of the tensors that depend on no input: weights, constants and what is computed from them. */
  readonly #weights = new Map<string, readonly number[] | undefined>();
  /** The nodes that read a weight and an activation, by each module in their own name. */
  readonly #byName = new Map<string, NodeProto[]>();
  /** The same, by each module in the name of a weight. */
  readonly #byWeight = new Map<string, NodeProto[]>();

  constructor(graph: ModelGraph) {
    this.graph = graph;
    /** The initialisers that a weight is computed from. */
    const sources = new Map<string, readonly string[]>();
    for (const { name, dims } of graph.initializers.values()) {
      this.#weights.set(name, dims.map(Number));
      sources.set(name, [name]);
    }
    // In order, so that a node's inputs are known first (checkGraph).
    for (const node of graph.graph.node) {
      const read = node.input.filter((name) => name !== '');
      const isConstant = node.opType === 'Constant';
      const from = [...new Set(read.flatMap((name) => sources.get(name) ?? []))];
      if (!isConstant && (read.length === 0 || !read.every((name) => this.isWeight(name)))) {
        if (from.length > 0) {
          index(this.#byName, enclosingModules(node), node);
          index(this.#byWeight, new Set(from.flatMap(modulesIn)), node);
        }
        continue;
      }
      const shape = isConstant ? constantOf(node)?.dims.map(Number) : this.#shapeAfter(node);
      for (const output of node.output) {
        this.#weights.set(output, shape);
        sources.set(output, from);
      }
    }
  }

  /** Whether a tensor depends on no input of the graph. */
  isWeight(tensor: string): boolean {
    return this.#weights.has(tensor);
  }

  /** The shape of a weight, if it is known. */
  shapeOf(weight: string): readonly number[] | undefined {
    return this.#weights.get(weight);
  }

  /** The element type of a weight, if it is known. */
  typeOf(weight: string): number | undefined {
    for (;;) {
      const node = this.producer(weight);
      const constant = this.graph.initializers.get(weight) ?? (node && constantOf(node));
      if (constant !== undefined) return constant.dataType;
      if (node?.opType === 'Cast') return integerAttribute(node, 'to');
      // The scale has the type of the result.
      const before = node?.input[node.opType === 'DequantizeLinear' ? 1 : 0];
      if (before === undefined) return undefined;
      weight = before;
    }
  }

  /**
   * The nodes of a module that read a weight and an activation, by the names of the nodes and by the names of the weights.
   */
  weightReaders(module: string): { readonly byName: NodeProto[]; readonly byWeight: NodeProto[] } {
    return { byName: this.#byName.get(module) ?? [], byWeight: this.#byWeight.get(module) ?? [] };
  }

  producer(tensor: string): NodeProto | undefined {
    return this.graph.producers.get(tensor);
  }

  /** The tensor before changes of its element type. */
  beforeCasts(tensor: string): string {
    let node = this.producer(tensor);
    while (node !== undefined && CASTS.has(node.opType)) {
      tensor = node.input[0]!;
      node = this.producer(tensor);
    }
    return tensor;
  }

  /** The nodes that read a tensor, directly or after changes of its element type. */
  consumers(tensor: string): { readonly node: NodeProto; readonly read: string }[] {
    const found: { node: NodeProto; read: string }[] = [];
    const names = [tensor];
    for (const read of names) {
      for (const node of this.graph.consumers.get(read) ?? []) {
        if (CASTS.has(node.opType)) names.push(node.output[0]!);
        else found.push({ node, read });
      }
    }
    return found;
  }

  /** The tensor before its element type is changed, or its quantised values are converted. */
  beforeDequantisation(tensor: string): string {
    const node = this.producer(this.beforeCasts(tensor));
    return node?.opType === 'DequantizeLinear' ? node.input[0]! : this.beforeCasts(tensor);
  }

  /** The tensor before it is quantised for a product. */
  beforeQuantisation(tensor: string): string {
    const node = this.producer(tensor);
    return node?.opType === 'DynamicQuantizeLinear' ? node.input[0]! : tensor;
  }

  /** The only node that reads a tensor. */
  consumer(tensor: string): NodeProto | undefined {
    const [only, ...others] = this.graph.consumers.get(tensor) ?? [];
    return others.length === 0 ? only : undefined;
  }

  /** Splits the inputs of an operator with two sides into a weight and the other one. */
  weighted(node: NodeProto): { weight: string; other: string } | undefined {
    const [a = '', b = ''] = node.input;
    if (this.isWeight(a) === this.isWeight(b)) return undefined;
    return this.isWeight(a) ? { weight: a, other: b } : { weight: b, other: a };
  }

  /** Number of dimensions that a Reshape gives its input, if it is known. */
  rankAfterReshape({ input: [, shape = ''] }: NodeProto): number | undefined {
    const known = this.shapeOf(shape);
    if (known !== undefined) return known[0];
    const node = this.producer(shape);
    if (node?.opType !== 'Concat') return undefined;
    return node.input.reduce((sum, part) => sum + (this.shapeOf(part)?.[0] ?? 1), 0);
  }

  #shapeAfter({ opType, input, attribute }: NodeProto): readonly number[] | undefined {
    const [first = '', second = ''] = input;
    const shape = this.shapeOf(first);
    if (KEEPS_SHAPE.has(opType)) return shape;
    // Whatever the order of a table's axes is, weights have two, so a permutation reverses them.
    if (opType === 'Transpose' && attribute.length <= 1 && shape?.length === 2) return shape.toReversed();
    // A scalar is added to a weight (Gemma's 1 + w), or a weight multiplied by its scale.
    if (opType === 'Add' || opType === 'Mul') {
      const other = this.shapeOf(second);
      return (shape?.length ?? 0) >= (other?.length ?? 0) ? shape : other;
    }
    return undefined;
  }
}

function constantOf(node: NodeProto): TensorProto | undefined {
  return node.opType === 'Constant' ? node.attribute.find(({ name }) => name === 'value')?.t : undefined;
}

function index(nodes: Map<string, NodeProto[]>, modules: Iterable<string>, node: NodeProto): void {
  for (const module of modules) {
    const known = nodes.get(module);
    if (known === undefined) nodes.set(module, [node]);
    else known.push(node);
  }
}

/** The modules that the name of a weight contains: `a.0.b.weight` is in `a`, `a.0` and `a.0.b`. */
function modulesIn(weight: string): string[] {
  const parts = weight.split('.').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
}
