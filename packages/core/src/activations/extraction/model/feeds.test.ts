import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType, ValueInfoProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../test-support.ts';
import { Feeds } from './feeds.ts';

const { DOUBLE, FLOAT, FLOAT16, INT32, INT64 } = TensorProto_DataType;

/** @param sizes numbers, or names of dimensions that the graph does not fix */
function input(name: string, elemType: number, ...sizes: (number | string)[]): ValueInfoProto {
  const dim = sizes.map((size) =>
    typeof size === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
      : { value: { case: 'dimParam' as const, value: size } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

const SIZES = { keyValueHeads: 2, headSize: 4 };
const SEQUENCES = [
  [7, 8, 9],
  [5, 6],
];

describe('the inputs of a graph', () => {
  it('are ids, mask and positions in the declared type, padded on the right', () => {
    const feeds = new Feeds(
      [
        input('input_ids', INT32),
        input('attention_mask', INT64),
        create(ValueInfoProtoSchema, { name: 'position_ids' }),
      ],
      SIZES,
    );
    const { input_ids: ids, attention_mask: mask, position_ids: positions } = feeds.of(SEQUENCES, 3);
    expect(ids).toMatchObject({ type: 'int32', dims: [2, 3] });
    expect([...(ids!.data as Int32Array)]).toEqual([7, 8, 9, 5, 6, 0]);
    expect([...(mask!.data as BigInt64Array)]).toEqual([1n, 1n, 1n, 1n, 1n, 0n]);
    expect([...(positions!.data as BigInt64Array)]).toEqual([0n, 1n, 2n, 0n, 1n, 0n]);
    // The memory is used again, so it must be cleared.
    expect([...(feeds.of([[3]], 1)['input_ids']!.data as Int32Array)]).toEqual([3]);
    expect([...(feeds.of([[3], [4, 2]], 2)['input_ids']!.data as Int32Array)]).toEqual([3, 0, 4, 2]);
  });

  it('are empty caches, with the sizes of the graph or of the config', () => {
    const shapeOf = (...args: Parameters<typeof input>): readonly number[] =>
      new Feeds([input(...args)], SIZES).of(SEQUENCES, 3)[args[0]]!.dims;
    const name = 'past_key_values.0.key';
    expect(shapeOf(name, FLOAT, 'batch_size', 3, 'past_sequence_length', 8)).toEqual([2, 3, 0, 8]);
    expect(shapeOf(name, FLOAT16, 'b', 'heads', 'past', 'size')).toEqual([2, 2, 0, 4]);
    expect(shapeOf(name, FLOAT, 'b', 'past_sequence_length', 2, 4)).toEqual([2, 0, 2, 4]);
  });

  it.each([
    [
      input('use_cache_branch', TensorProto_DataType.BOOL, 1),
      'model.unknown-input',
      'use_cache_branch of BOOL',
    ],
    [input('attention_mask', FLOAT), 'model.unknown-input', 'attention_mask of FLOAT'],
    [input('past_key_values.0.key', DOUBLE, 'b', 2, 'past', 4), 'model.not-float', 'DOUBLE'],
  ])('that cannot be provided are named', async (unknown, code, message) => {
    const error = await errorOf(() => new Feeds([unknown], SIZES).of(SEQUENCES, 3));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});
