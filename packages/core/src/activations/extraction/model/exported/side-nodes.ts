/**
 * Nodes that are added to a graph to compute hooks that it has no tensor for. No other node reads
 * their outputs, so the rest of the graph is unchanged, and a cut without these hooks leaves them out.
 */
import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  TensorProto_DataType,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { encodeFloat16 } from '../../../store/float16.ts';
import { FLOAT16 } from '../element-type.ts';
import type { ModelGraph } from '../model-graph.ts';
import { nodeAttributes, type Attributes } from '../node-attribute.ts';

/** Prefix of the names that are not those of hooks. */
const PREFIX = 'sae-lab/';

/** Gives the tensor of a hook. Adds a node for it, under this name, if the graph has no such tensor. */
export type TensorOf = (name: string) => string;

export class SideNodes {
  readonly #nodes = new Map<string, NodeProto>();
  readonly #constants = new Map<string, TensorProto>();

  /** Adds a node with one output. */
  add(output: string, opType: string, input: readonly string[], attributes: Attributes = {}): string {
    if (!this.#nodes.has(output)) {
      const attribute = nodeAttributes(attributes);
      this.#nodes.set(
        output,
        create(NodeProtoSchema, { name: output, opType, input: [...input], output: [output], attribute }),
      );
    }
    return output;
  }

  /** The values `from` to `to` (excluded) of the last axis. */
  slice(output: string, input: string, from: number, to: number): string {
    const range = [from, to, -1].map((value) => this.integers(value));
    return this.add(output, 'Slice', [input, ...range]);
  }

  /** Gives a tensor the shape [batch, tokens, width]. Its values are in that order already. */
  asActivations(output: string, input: string, width: number): string {
    return this.add(output, 'Reshape', [input, this.#shape(width)]);
  }

  /** Repeats a tensor of [1 or batch, tokens, width] for each sequence of the batch. */
  asBatch(output: string, input: string, width: number): string {
    return this.add(output, 'Expand', [input, this.#shape(width)]);
  }

  /** @param type an element type: float32 or float16 */
  floats(value: 0 | 1, count: number, type: number): string {
    const name = `${PREFIX}${value}.${count}.${type}`;
    const values = new Float32Array(count).fill(value);
    const bits = new Uint16Array(count);
    if (type === FLOAT16) encodeFloat16(values, bits);
    return this.#constant(name, type, [count], type === FLOAT16 ? bits : values);
  }

  integers(...values: number[]): string {
    const name = `${PREFIX}integers.${values.join('.')}`;
    return this.#constant(
      name,
      TensorProto_DataType.INT64,
      [values.length],
      BigInt64Array.from(values, BigInt),
    );
  }

  /** The graph with the nodes that were added. */
  addedTo({ path, model, graph, producers, consumers, initializers }: ModelGraph): ModelGraph {
    const added = create(GraphProtoSchema, {
      ...graph,
      node: [...graph.node, ...this.#nodes.values()],
      initializer: [...graph.initializer, ...this.#constants.values()],
    });
    return {
      path,
      model,
      graph: added,
      producers: new Map([...producers, ...this.#nodes]),
      consumers,
      initializers: new Map([...initializers, ...this.#constants]),
    };
  }

  #shape(width: number): string {
    const batchAndTokens = this.add(`${PREFIX}batch-and-tokens`, 'Shape', ['input_ids']);
    return this.add(`${PREFIX}shape.${width}`, 'Concat', [batchAndTokens, this.integers(width)], { axis: 0 });
  }

  #constant(name: string, dataType: number, dims: number[], values: ArrayBufferView): string {
    if (!this.#constants.has(name)) {
      const rawData = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
      this.#constants.set(
        name,
        create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }),
      );
    }
    return name;
  }
}
