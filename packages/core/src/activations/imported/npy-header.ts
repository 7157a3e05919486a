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

/** What a `.npy` header says, and where the values begin. */
export interface NpyHeader {
  readonly dtype: string;
  readonly shape: number[];
  /** Whether columns are contiguous instead of rows. */
  readonly isFortran: boolean;
  readonly offset: number;
  /** Bytes of a value; 0 for a dtype that is not a number. */
  readonly valueBytes: number;
}

/** @throws {Error} if the file is not a whole `.npy` file; {SaeLabError} `import.fortran-order` */
export async function readNpyHeader(file: FileHandle, path: string): Promise<StoredArray> {
  const { size } = await file.stat();
  const start = Buffer.alloc(12);
  const { bytesRead } = await file.read(start, 0, 12, 0);
  const end = headerEnd(start.subarray(0, bytesRead), size);
  const header = Buffer.alloc(end);
  await file.read(header, 0, end, 0);
  const { dtype, shape, isFortran, offset, valueBytes } = parseNpyHeader(header);
  if (isFortran) {
    throw new SaeLabError('import.fortran-order', {
      problem: 'the array is stored column by column',
      field: path,
      expected: 'C order, in which a row is contiguous',
      received: 'fortran_order: True',
      fix: 'Save it with np.save(path, np.ascontiguousarray(array)).',
    });
  }
  // Of unsupported dtypes the length does not matter, because they are refused.
  const bytes = sizeOf(shape) * valueBytes;
  if (offset + bytes > size) {
    throw new Error(`its header says ${offset + bytes} bytes, but it has ${size}`);
  }
  return { file: path, dtype, shape, offset, length: bytes };
}

/**
 * Reads the header of a `.npy` file from its first bytes.
 *
 * @throws {Error} if they are not those of a `.npy` file
 */
export function parseNpyHeader(bytes: Buffer): NpyHeader {
  const offset = headerEnd(bytes, bytes.length);
  const { descr, isFortran, shape } = parse(bytes.toString('utf8', headerStart(bytes), offset));
  const valueBytes = Number(WIDTH.exec(descr)?.[1] ?? 0);
  return { dtype: DTYPES[descr] ?? descr, shape, isFortran, offset, valueBytes };
}

function headerStart(start: Buffer): number {
  return start[6] === 1 ? 10 : 12;
}

/** @param size of the file */
function headerEnd(start: Buffer, size: number): number {
  if (start.length < 12 || start.toString('latin1', 0, 6) !== MAGIC)
    throw new Error('it does not begin as one');
  const from = headerStart(start);
  const length = from === 10 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (length > Math.min(size - from, HEADER_LIMIT)) throw new Error('its header is longer than the file');
  return from + length;
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
