import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collect, errorOf, temporaryFolder } from '../test-support.ts';
import { ArrayReader, floatsOf, idsOf, type Chunk } from './array-reader.ts';
import { readHeaders } from './read-headers.ts';
import type { StoredArray } from './stored-array.ts';
import { writeNpy, writeTensors } from './test-files.ts';

/** Rows of the arrays, two of which are in one file. */
const LENGTHS = [5, 1, 4];
const WIDTH = 3;
const valueOf = (index: number, row: number, d: number): number => 100 * index + 10 * row + d;
const valuesOf = (index: number): Float32Array =>
  Float32Array.from({ length: LENGTHS[index]! * WIDTH }, (_, i) =>
    valueOf(index, Math.floor(i / WIDTH), i % WIDTH),
  );

async function writeArrays(folder: string): Promise<StoredArray[]> {
  const npy = writeNpy(join(folder, 'a.npy'), '<f4', [5, WIDTH], valuesOf(0));
  const tensor = (index: number) => ({
    dtype: 'F32',
    shape: [LENGTHS[index]!, WIDTH],
    data: valuesOf(index),
  });
  const tensors = writeTensors(join(folder, 'b.safetensors'), { b: tensor(1), c: tensor(2) });
  return [...(await readHeaders(npy)), ...(await readHeaders(tensors))];
}

describe('an array reader', () => {
  it('reads every range of a concatenation of arrays', async () => {
    const arrays = await writeArrays(temporaryFolder());
    await using reader = new ArrayReader(arrays);
    const origins = LENGTHS.flatMap((length, index) => Array.from({ length }, (_, row) => ({ index, row })));
    for (let from = 0; from <= origins.length; from++) {
      for (let to = from; to <= origins.length; to++) {
        const chunks = await collect(reader.read(from, to));
        const found = chunks.flatMap((chunk) => {
          const values = new Float32Array(chunk.count * WIDTH);
          floatsOf(chunk, values);
          return Array.from({ length: chunk.count }, (_, i) => ({
            index: chunk.index,
            row: chunk.start + i,
            values: [...values.subarray(i * WIDTH, (i + 1) * WIDTH)],
          }));
        });
        const expected = origins.slice(from, to).map(({ index, row }) => ({
          index,
          row,
          values: [0, 1, 2].map((d) => valueOf(index, row, d)),
        }));
        expect(found, `${from} to ${to}`).toEqual(expected);
        for (const { array, index, count } of chunks) {
          expect(array).toBe(arrays[index]);
          expect(count).toBeGreaterThan(0);
        }
      }
    }
  });

  it('refuses a file that became shorter', async () => {
    const [short] = await writeArrays(temporaryFolder());
    truncateSync(short!.file, short!.offset + 4);
    await using reader = new ArrayReader([short!]);
    expect(await errorOf(() => collect(reader.read(0, 1)))).toMatchObject({ code: 'import.unreadable' });
  });
});

describe('values of a chunk', () => {
  const chunk = (dtype: string, width: number, data: ArrayBufferView, count: number): Chunk => ({
    array: { file: 'test', dtype, shape: [count, width], offset: 0, length: data.byteLength },
    index: 0,
    start: 0,
    count,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });

  it.each([
    ['F32', Float32Array.of(1, -2, 0.5, 3)],
    ['F16', Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x4200)],
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x4040)],
  ])('are floats from %s, written where they belong', (dtype, data) => {
    const all = new Float32Array(6);
    floatsOf(chunk(dtype, 2, data, 2), all.subarray(1, 5));
    expect([...all]).toEqual([0, 1, -2, 0.5, 3, 0]);
  });

  it.each([
    ['I8', Int8Array.of(-3, 7), [-3, 7]],
    ['U8', Uint8Array.of(253, 7), [253, 7]],
    ['I16', Int16Array.of(-300, 7), [-300, 7]],
    ['U16', Uint16Array.of(65_000, 7), [65_000, 7]],
    ['I32', Int32Array.of(-70_000, 7), [-70_000, 7]],
    ['U32', Uint32Array.of(70_000, 7), [70_000, 7]],
    ['I64', BigInt64Array.of(-3n, 7n), [-3, 7]],
    ['I64', BigInt64Array.of(2n ** 40n + 3n, -(2n ** 40n)), [259, -256]],
    ['U64', BigUint64Array.of(7n, 2n ** 40n + 3n), [7, 259]],
  ])('are ids from %s', (dtype, data, expected) => {
    const ids = new Int32Array(3);
    idsOf(chunk(dtype, 1, data, 2), ids);
    expect([...ids]).toEqual([...expected, 0]);
  });
});
