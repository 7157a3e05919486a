import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSafetensors, readSafetensors, writeSafetensors, type FileTensor } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tensors: Record<string, FileTensor> = {
  W: { dtype: 'F32', shape: [3, 2], data: Float32Array.of(1, -2, NaN, Infinity, 0, 3.5) },
  half: { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  counts: { dtype: 'F64', shape: [2], data: Float64Array.of(1e300, 0.1) },
  scalar: { dtype: 'I32', shape: [], data: Int32Array.of(-7) },
  nothing: { dtype: 'U8', shape: [0, 4], data: new Uint8Array(0) },
};

describe('safetensors', () => {
  it('reads what it wrote, in any dtype, with its metadata', async () => {
    const path = join(folder, 'whole.safetensors');
    const { bytes } = await writeSafetensors(path, tensors, { step: '3', who: 'ünïcode' });
    expect(readFileSync(path)).toHaveLength(bytes);
    expect(await readSafetensors(path)).toEqual({ tensors, metadata: { step: '3', who: 'ünïcode' } });
  });

  it('reads a file written by the Python library', async () => {
    const path = join(folder, 'python.safetensors');
    const written =
      'kAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJ3aG8iOiJweXRob24ifSwidyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0' +
      'YV9vZmZzZXRzIjpbMCwyNF19LCJpIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMjQsMzJdfX0AAAAA' +
      'AACAPwAAAEAAAEBAAACAQAAAoEAHAAAA+P///w==';
    writeFileSync(path, Buffer.from(written, 'base64'));
    expect(await readSafetensors(path)).toEqual({
      tensors: {
        w: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
        i: { dtype: 'I32', shape: [2], data: Int32Array.of(7, -8) },
      },
      metadata: { who: 'python' },
    });
  });

  it('reads ranges of rows', async () => {
    const path = join(folder, 'rows.safetensors');
    await writeSafetensors(path, tensors);
    const file = await openSafetensors(path);
    expect(await file.readRows('W', 1, 3)).toEqual(Float32Array.of(NaN, Infinity, 0, 3.5));
    await file.close();
  });

  it('refuses any truncated file, and one with extra bytes', async () => {
    const path = join(folder, 'cut.safetensors');
    await writeSafetensors(path, { W: tensors['W'] as FileTensor });
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(readSafetensors(path), `${length} bytes`).rejects.toMatchObject({
        code: 'safetensors.malformed',
      });
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.from([0])]));
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'safetensors.malformed' });
  });

  it.each([
    ['not JSON', '{"W":'],
    ['an array', '[]'],
    ['no offsets', '{"W":{"dtype":"F32","shape":[0]}}'],
    ['an unknown dtype', '{"W":{"dtype":"Q4","shape":[0],"data_offsets":[0,0]}}'],
    ['a negative size', '{"W":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}'],
    ['a hole', '{"W":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'],
    ['null', '{"W":null}'],
  ])('refuses a header with %s', async (_what, header) => {
    const path = join(folder, 'header.safetensors');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'safetensors.malformed' });
  });
});
