import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { damaged, damages } from '../testing/damaged-bytes.ts';
import { settled } from '../testing/refusal.ts';
import { openSafetensors, readSafetensors, writeSafetensors, type FileTensor } from './safetensors.ts';

const RUNS = { seed: 1, numRuns: 400 };
const folder = mkdtempSync(join(tmpdir(), 'sae-lab-safetensors-'));
const path = join(folder, 'some.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const ARRAYS = { F32: Float32Array, F16: Uint16Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array };
const dtypes = fc.constantFrom('F32', 'F16', 'F64', 'I32', 'U8');
// Names that plain objects already have, and names that they list before all others.
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '7'),
);

const tensor: fc.Arbitrary<FileTensor> = fc
  .record({ dtype: dtypes, shape: fc.array(fc.nat(4), { maxLength: 3 }), fill: fc.nat(255) })
  .map(({ dtype, shape, fill }) => {
    const data = new ARRAYS[dtype](shape.reduce((product, size) => product * size, 1));
    new Uint8Array(data.buffer).forEach((_, i, bytes) => (bytes[i] = (fill + 7 * i) % 127));
    return { dtype, shape, data };
  });
const tensors = fc
  .uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => Object.fromEntries(entries) as Record<string, FileTensor>);

/** A file with this header, given as text or as a value, and `dataBytes` bytes of data. */
function writeRaw(header: unknown, dataBytes: number): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes, 1)]));
}

/** Whether the file is refused with a SaeLabError, or read as its header describes. */
async function verdict(): Promise<string> {
  const { value, error } = await settled(() => readSafetensors(path));
  if (error !== undefined) {
    return error.code === 'safetensors.malformed' ? 'refused' : error.code;
  }
  const consistent = Object.values(value.tensors).every(
    ({ dtype, shape, data }) =>
      data instanceof ARRAYS[dtype] && data.length === shape.reduce((product, size) => product * size, 1),
  );
  return consistent ? 'read' : 'inconsistent';
}

describe('safetensors', () => {
  it('reads back any tensors with any names', () =>
    fc.assert(
      fc.asyncProperty(
        tensors,
        fc.dictionary(names, fc.string({ unit: 'binary' }), { noNullPrototype: true }),
        async (written, metadata) => {
          await writeSafetensors(path, written, metadata);
          const read = await readSafetensors(path);
          expect(Object.entries(read.tensors)).toEqual(Object.entries(written));
          expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
        },
      ),
      RUNS,
    ));

  it('accepts the entries of a header in any order', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(names, fc.nat(3), fc.nat()), { selector: ([name]) => name, maxLength: 6 }),
        async (entries) => {
          let end = 0;
          const header = entries.map(([name, size, order]) => {
            const start = end;
            end += size;
            const entry = { dtype: 'U8', shape: [size], data_offsets: [start, end] };
            return { order, text: `${JSON.stringify(name)}:${JSON.stringify(entry)}` };
          });
          const shuffled = header.toSorted((a, b) => a.order - b.order).map(({ text }) => text);
          writeRaw(`{${shuffled.join()}}`, end);
          const read = await readSafetensors(path);
          expect(new Set(Object.keys(read.tensors))).toEqual(new Set(entries.map(([name]) => name)));
        },
      ),
      RUNS,
    ));

  it('returns only tensors that are in the file', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom('__proto__', 'constructor', 'toString', 'absent'), async (name) => {
        await writeSafetensors(path, {});
        const file = await openSafetensors(path);
        const { error } = await settled(() => file.readRows(name, 0, 1));
        await file.close();
        expect(error?.code).toBe('safetensors.malformed');
      }),
      { ...RUNS, numRuns: 4 },
    ));

  it('refuses other bytes', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        writeFileSync(path, bytes);
        expect(await verdict()).toBe('refused');
      }),
      RUNS,
    ));

  it('refuses a damaged file, or reads what its header describes', () =>
    fc.assert(
      fc.asyncProperty(tensors, damages, async (written, done) => {
        await writeSafetensors(path, written, { step: '1' });
        writeFileSync(path, damaged(readFileSync(path), done));
        expect(await verdict()).toMatch(/^(refused|read)$/);
      }),
      RUNS,
    ));

  it('refuses any header that does not describe the file', async () => {
    const sizes = fc.oneof(
      fc.nat(4),
      fc.constantFrom<unknown>(-1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 60, 1e308, '4', null, [4]),
    );
    const entries = fc.oneof(
      fc.record(
        {
          dtype: fc.oneof(dtypes, fc.jsonValue()),
          shape: fc.oneof(fc.array(sizes, { maxLength: 3 }), fc.jsonValue()),
          data_offsets: fc.oneof(fc.tuple(sizes, sizes), fc.jsonValue()),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    );
    const headers = fc.uniqueArray(fc.tuple(fc.oneof(names, fc.constant('__metadata__')), entries), {
      selector: ([name]) => name,
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(headers, fc.nat(8), async (header, dataBytes) => {
        writeRaw(Object.fromEntries(header), dataBytes);
        expect(await verdict()).toMatch(/^(refused|read)$/);
      }),
      RUNS,
    );
  });

  it('refuses a header length beyond the file without allocating it', () =>
    fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 9n, max: 2n ** 64n - 1n }), async (claimed) => {
        const bytes = Buffer.alloc(16, ' ');
        bytes.writeBigUInt64LE(claimed);
        writeFileSync(path, bytes);
        const { error } = await settled(() => readSafetensors(path));
        expect(error?.message).toContain(`its header claims ${claimed} bytes`);
      }),
      RUNS,
    ));

  it('refuses a duplicate name', () =>
    fc.assert(
      fc.asyncProperty(names, fc.boolean(), async (name, sameBytes) => {
        const entry = (start: number): string =>
          `${JSON.stringify(name)}:${JSON.stringify({ dtype: 'U8', shape: [1], data_offsets: [start, start + 1] })}`;
        writeRaw(`{${entry(0)},${entry(sameBytes ? 0 : 1)}}`, sameBytes ? 1 : 2);
        const { error } = await settled(() => readSafetensors(path));
        expect(error?.code).toBe('safetensors.malformed');
      }),
      RUNS,
    ));

  it.each([
    ['nested very deeply', `{"w":{"dtype":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`],
    ['with a list as metadata', '{"__metadata__":["a"]}'],
    [
      'with text that is not UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x7b, 0x7d, 0x7d]).toString('latin1'),
    ],
  ])('refuses a header %s', async (_, header) => {
    const json = Buffer.from(header, 'latin1');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path, Buffer.concat([length, json]));
    expect(await verdict()).toBe('refused');
  });
});
