/** Reads the header of a `.npy` file; see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. */
import type { FileHandle } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { sizeOf, type StoredArray } from './stored-array.ts';

const MAGIC = '\x93NUMPY';
const HEADER_LIMIT = 1_000_000;

/** Names of dtypes in safetensors files, which the rest of this folder uses. */
const DTYPES: Readonly<Record<string, string>> = {
  '<f4': 'F32',
  '<f2': 'F16',
  '|i1': 'I8',
  '|u1': 'U8',
  '<i2': 'I16',
  '<u2': 'U16',
  '<i4': 'I32',
  '<u4': 'U32',
  '<i8': 'I64',
  '<u8': 'U64',
};
const WIDTH = /(\d+)$/;

/** @throws {Error} if the file is not a whole `.npy` file; {SaeLabError} `import.fortran-order` */
export async function readNpyHeader(file: FileHandle, path: string): Promise<StoredArray> {
  const { size } = await file.stat();
  const start = Buffer.alloc(12);
  const { bytesRead } = await file.read(start, 0, 12, 0);
  if (bytesRead < 12 || start.toString('latin1', 0, 6) !== MAGIC) throw new Error('it does not begin as one');
  const isFirstVersion = start[6] === 1;
  const headerStart = isFirstVersion ? 10 : 12;
  const length = isFirstVersion ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (length > Math.min(size - headerStart, HEADER_LIMIT))
    throw new Error('its header is longer than the file');
  const header = Buffer.alloc(length);
  await file.read(header, 0, length, headerStart);
  const { descr, isFortran, shape } = parse(header.toString('utf8'));
  if (isFortran) {
    throw new SaeLabError('import.fortran-order', {
      problem: 'the array is stored column by column',
      field: path,
      expected: 'C order, in which a row is contiguous',
      received: 'fortran_order: True',
      fix: 'Save it with np.save(path, np.ascontiguousarray(array)).',
    });
  }
  const offset = headerStart + length;
  // Of unsupported dtypes the length does not matter, because they are refused.
  const bytes = sizeOf(shape) * Number(WIDTH.exec(descr)?.[1] ?? 0);
  if (offset + bytes > size) {
    throw new Error(`its header says ${offset + bytes} bytes, but it has ${size}`);
  }
  return { file: path, dtype: DTYPES[descr] ?? descr, shape, offset, length: bytes };
}

/** The header is a Python literal: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
function parse(header: string): { descr: string; isFortran: boolean; shape: number[] } {
  const descr = /'descr':\s*('([^']*)'|\[.*?\])/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (descr === null || order === null || shape === null) throw new Error(`its header is ${header.trim()}`);
  const lengths = shape[1]!.split(',').filter((length) => length.trim() !== '');
  return { descr: descr[2] ?? descr[1]!, isFortran: order[1] === 'True', shape: lengths.map(Number) };
}
