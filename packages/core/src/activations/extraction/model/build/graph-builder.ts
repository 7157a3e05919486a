/** Collects the nodes, constants, weights and hooks of a graph while an architecture describes it. */
import { create } from '@bufbuild/protobuf';
import {
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { nodeAttributes, type Attributes } from '../node-attribute.ts';

/** A tensor of the graph, by name. */
export type Tensor = string;

/** The domain of operators that ONNX Runtime adds to ONNX. */
export const RUNTIME_DOMAIN = 'com.microsoft';

export interface NodeOptions {
  readonly domain?: string;
  readonly attributes?: Attributes;
}

/** A weight that the graph reads from the checkpoint. */
export interface WeightUse {
  /** Its name in checkpoints that `transformers` saves. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the graph reads it as float32 (true) or in its stored dtype. */
  readonly isWidened: boolean;
}

/** A named activation of the graph: [batch, sequence, width] in float32. */
export interface BuiltHook {
  /** The canonical name, and the name of the tensor in the graph. */
  readonly name: string;
  /** The last dimension. */
  readonly width: number;
  /** How the last dimension divides into attention heads (`hook_q`, `hook_k`, `hook_v`, `hook_z`), head by head. */
  readonly heads?: { readonly count: number; readonly size: number };
}

export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly constants = new Map<Tensor, TensorProto>();
  /** Weights by the tensor that holds them in the graph. */
  readonly weights = new Map<Tensor, WeightUse>();
  /** Hooks by name. A hook can have several names. */
  readonly hooks = new Map<string, BuiltHook>();
  readonly #shared = new Map<string, Tensor>();

  /** Adds a node with one output. */
  op(type: string, inputs: readonly Tensor[], options: NodeOptions = {}): Tensor {
    return this.ops(type, inputs, 1, options)[0]!;
  }

  /** Adds a node with several outputs. */
  ops(type: string, inputs: readonly Tensor[], outputs: number, options: NodeOptions = {}): Tensor[] {
    const name = `${type}.${this.nodes.length}`;
    const output = Array.from({ length: outputs }, (_, i) => (outputs === 1 ? name : `${name}.${i}`));
    this.nodes.push(
      create(NodeProtoSchema, {
        name,
        opType: type,
        domain: options.domain ?? '',
        input: [...inputs],
        output,
        attribute: nodeAttributes(options.attributes ?? {}),
      }),
    );
    return output;
  }

  /** A weight of the checkpoint in float32, whatever dtype it is stored in. */
  weight(name: string, shape: readonly number[]): Tensor {
    this.weights.set(name, { name, shape, isWidened: true });
    return name;
  }

  /** A weight of the checkpoint in the dtype it is stored in. */
  storedWeight(name: string, shape: readonly number[]): Tensor {
    const tensor = `${name} as stored`;
    this.weights.set(tensor, { name, shape, isWidened: false });
    return tensor;
  }

  floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
    return this.#constant(TensorProto_DataType.FLOAT, Float32Array.from(values), shape);
  }

  /** A float32 scalar. */
  float(value: number): Tensor {
    return this.floats([value], []);
  }

  integers(...values: number[]): Tensor {
    return this.#constant(TensorProto_DataType.INT64, BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** An int64 scalar. */
  integer(value: number): Tensor {
    return this.#constant(TensorProto_DataType.INT64, BigInt64Array.of(BigInt(value)), []);
  }

  /** Calls `make` once per key. Masks, positions and rotary tables are shared by all layers. */
  shared(key: string, make: () => Tensor): Tensor {
    let tensor = this.#shared.get(key);
    if (tensor === undefined) this.#shared.set(key, (tensor = make()));
    return tensor;
  }

  /**
   * Makes a tensor a hook: renames it to `names[0]` and registers the other names as aliases. Call it before any
   * node reads the tensor. If the tensor is already a hook, all names become aliases.
   *
   * @returns the tensor's new name
   */
  hook(tensor: Tensor, width: number, names: readonly string[], heads?: BuiltHook['heads']): Tensor {
    const known = this.hooks.get(tensor);
    const hook = known ?? { name: names[0]!, width, ...(heads !== undefined && { heads }) };
    for (const name of names) this.hooks.set(name, hook);
    if (known !== undefined) return tensor;
    const node = this.nodes.findLast(({ output }) => output.includes(tensor));
    node!.output = node!.output.map((output) => (output === tensor ? hook.name : output));
    return hook.name;
  }

  #constant(
    type: TensorProto_DataType,
    values: Float32Array | BigInt64Array,
    shape: readonly number[],
  ): Tensor {
    const key = `constant:${type}:${shape.join('x')}:${values.join(',')}`;
    return this.shared(key, () => {
      const name = `constant.${this.constants.size}`;
      this.constants.set(
        name,
        create(TensorProtoSchema, {
          name,
          dataType: type,
          dims: shape.map(BigInt),
          rawData: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
        }),
      );
      return name;
    });
  }
}
