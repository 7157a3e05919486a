/** Feeds the inputs of a graph. */
import { SaeLabError } from '@sae-lab/errors';
import type { ValueInfoProto } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { FLOAT, FLOAT16, INT32, INT64, nameOfType } from './element-type.ts';
import type { ModelConfig } from './model-config.ts';
import { notFloat } from './not-float.ts';

type Sequences = readonly ArrayLike<number>[];
type Sizes = Pick<ModelConfig, 'keyValueHeads' | 'headSize'>;

/** Makes the tensors that a graph reads. Inputs reuse memory: a tensor is valid until the next call. */
export class Feeds {
  readonly #inputs: readonly ValueInfoProto[];
  readonly #sizes: Sizes;
  readonly #memory = new Map<string, BigInt64Array | Int32Array>();

  constructor(inputs: readonly ValueInfoProto[], sizes: Sizes) {
    this.#inputs = inputs;
    this.#sizes = sizes;
  }

  /**
   * @param tokens length that shorter sequences are padded to, on the right
   * @throws {SaeLabError} `model.unknown-input`, `model.not-float`
   */
  of(sequences: Sequences, tokens: number): Record<string, Tensor> {
    return Object.fromEntries(
      this.#inputs.map((input) => [input.name, this.#feed(input, sequences, tokens)]),
    );
  }

  #feed(input: ValueInfoProto, sequences: Sequences, tokens: number): Tensor {
    const { name } = input;
    if (name === 'input_ids') return this.#fill(input, sequences, tokens, (sequence, t) => sequence[t]!);
    if (name === 'attention_mask') return this.#fill(input, sequences, tokens, () => 1);
    if (name === 'position_ids') return this.#fill(input, sequences, tokens, (_, t) => t);
    if (name.startsWith('past_key_values.')) return emptyCache(input, sequences.length, this.#sizes);
    throw unknownInput(name, nameOfType(elementType(input)));
  }

  /** Integers per token, 0 where a sequence is padded. */
  #fill(
    input: ValueInfoProto,
    sequences: Sequences,
    tokens: number,
    value: (sequence: ArrayLike<number>, position: number) => number,
  ): Tensor {
    const type = elementType(input) ?? INT64;
    if (type !== INT32 && type !== INT64) throw unknownInput(input.name, nameOfType(type));
    const size = sequences.length * tokens;
    let memory = this.#memory.get(input.name);
    if (memory === undefined || memory.length < size) {
      memory = type === INT32 ? new Int32Array(size) : new BigInt64Array(size);
      this.#memory.set(input.name, memory);
    }
    const shape = [sequences.length, tokens];
    const put = (set: (index: number, integer: number) => void): void =>
      sequences.forEach((sequence, row) => {
        for (let t = 0; t < sequence.length; t++) set(row * tokens + t, value(sequence, t));
      });
    if (memory instanceof Int32Array) {
      const data = memory.subarray(0, size).fill(0);
      put((i, integer) => (data[i] = integer));
      return new Tensor('int32', data, shape);
    }
    const data = memory.subarray(0, size).fill(0n);
    put((i, integer) => (data[i] = BigInt(integer)));
    return new Tensor('int64', data, shape);
  }
}

/**
 * An empty key-value cache, [batch, heads, 0, head size]. Sizes that the graph does not declare are those of the config.
 */
function emptyCache(input: ValueInfoProto, batch: number, { keyValueHeads, headSize }: Sizes): Tensor {
  const type = elementType(input);
  if (type !== FLOAT && type !== FLOAT16) throw notFloat(`input ${input.name}`, nameOfType(type));
  const value = input.type?.value;
  const dims = value?.case === 'tensorType' ? (value.value.shape?.dim ?? []) : [];
  const shape = dims.map(({ value: size }, axis) => {
    if (axis === 0) return batch;
    if (size.case === 'dimValue') return Number(size.value);
    const isPast = size.case === 'dimParam' && /past|seq/i.test(size.value);
    return isPast ? 0 : ([batch, keyValueHeads, 0, headSize][axis] ?? 0);
  });
  return type === FLOAT
    ? new Tensor('float32', new Float32Array(0), shape)
    : new Tensor('float16', new Uint16Array(0), shape);
}

function elementType({ type }: ValueInfoProto): number | undefined {
  return type?.value.case === 'tensorType' ? type.value.value.elemType : undefined;
}

function unknownInput(name: string, type: string): SaeLabError {
  return new SaeLabError('model.unknown-input', {
    problem: `the graph has an unsupported input: ${name} of ${type}`,
    field: 'model',
    expected:
      'input_ids, attention_mask, position_ids in int32 or int64, past_key_values.* in float32 or float16',
    fix: 'Export the model for the task text-generation.',
  });
}
