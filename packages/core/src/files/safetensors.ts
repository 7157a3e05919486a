/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.
 * Activation shards, checkpoints and exported SAEs are all such files.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { readFully, readHeader, type Header } from './safetensors-header.ts';
import { writeAtomic } from './write-atomic.ts';

type Dtype = 'F32' | 'F16' | 'F64' | 'I32' | 'U8';

const BYTES: Record<Dtype, number> = { F32: 4, F16: 2, F64: 8, I32: 4, U8: 1 };

type TensorBytes = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

/** One tensor. F16 values are stored as their bits, in a Uint16Array. */
export interface FileTensor {
  dtype: Dtype;
  shape: number[];
  data: TensorBytes;
}

/**
 * Writes tensors to a file, atomically and in the given order.
 *
 * @returns the file's size in bytes and its sha256
 * @throws {SaeLabError} as `writeAtomic`
 */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, FileTensor>,
  metadata?: Record<string, string>,
): Promise<{ bytes: number; sha256: string }> {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const start = offset;
    offset += data.byteLength;
    return [name, { dtype, shape, data_offsets: [start, offset] }];
  });
  // Padded to 8 bytes so that a reader can view the data in place.
  let json = JSON.stringify({
    ...(metadata !== undefined && { __metadata__: metadata }),
    ...Object.fromEntries(entries),
  });
  json += ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(json)));

  const hash = createHash('sha256');
  let bytes = 0;
  await writeAtomic(path, async (file) => {
    const parts = [
      length,
      Buffer.from(json),
      ...Object.values(tensors).map((tensor) => viewBytes(tensor.data)),
    ];
    for (const part of parts) {
      hash.update(part);
      await file.writeFile(part);
      bytes += part.byteLength;
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Reads all tensors of a file.
 *
 * @throws {SaeLabError} `safetensors.malformed`, `safetensors.unreadable`
 */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Record<string, FileTensor>; metadata: Record<string, string> }> {
  const file = await openSafetensors(path);
  try {
    const tensors: [string, FileTensor][] = [];
    for (const [name, { dtype, shape }] of Object.entries(file.entries)) {
      tensors.push([name, { dtype, shape, data: await file.readRows(name, 0, shape[0] ?? 1) }]);
    }
    return { tensors: Object.fromEntries(tensors), metadata: file.metadata };
  } finally {
    await file.close();
  }
}

/** A tensor of an open file. */
interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: number[];
  /** From the start of the file, in bytes. */
  readonly offset: number;
}

/** An open file. Reads ranges of rows, along the first axis, of its tensors. */
export interface SafetensorsFile {
  readonly entries: Record<string, TensorEntry>;
  readonly metadata: Record<string, string>;
  /** Rows [start, end) of a tensor, in the tensor's dtype. */
  readRows(name: string, start: number, end: number): Promise<TensorBytes>;
  close(): Promise<void>;
}

/** @throws {SaeLabError} `safetensors.malformed`, `safetensors.unreadable` */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    if (!(await file.stat()).isFile()) throw malformed(path, 'it is not a regular file');
    const header = await readHeader(file, path).catch(refuse(path));
    const entries = checkedEntries(path, header);
    return {
      entries,
      metadata: checkedMetadata(path, header),
      close: () => file.close(),
      async readRows(name, start, end) {
        const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
        if (entry === undefined) throw malformed(path, `it has no tensor ${describeValue(name)}`);
        const rowBytes = rowSize(entry);
        const buffer = new ArrayBuffer((end - start) * rowBytes);
        const position = entry.offset + start * rowBytes;
        await readFully(file, new Uint8Array(buffer), position).catch(refuse(path));
        return viewAs(entry.dtype, buffer);
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Checks that a file is one that `writeSafetensors` can write: known dtypes, and tensors without gaps, in any order. */
function checkedEntries(path: string, { tensors, data }: Header): Record<string, TensorEntry> {
  const entries = [...tensors].map(([name, { dtype, shape, offset, length }]) => {
    const tensor = `tensor ${describeValue(name)}`;
    if (!isDtype(dtype)) {
      throw malformed(path, `${tensor} has an unsupported dtype (not ${Object.keys(BYTES).join(', ')})`);
    }
    if (length !== shape.reduce((product, size) => product * size, BYTES[dtype])) {
      throw malformed(path, `${tensor} of shape ${describeValue(shape)} does not match its offsets`);
    }
    return [name, { dtype, shape: [...shape], offset }] as [string, TensorEntry];
  });
  let end = data.start;
  const inPlace = [...tensors].toSorted(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  for (const [name, { offset, length }] of inPlace) {
    if (offset !== end)
      throw malformed(path, `tensor ${describeValue(name)} does not start where the previous one ends`);
    end += length;
  }
  if (end !== data.start + data.bytes) {
    throw malformed(path, `it has ${data.bytes} bytes of data, but its header declares ${end - data.start}`);
  }
  return Object.fromEntries(entries);
}

function checkedMetadata(path: string, { metadata = {} }: Header): Record<string, string> {
  if (isStringRecord(metadata)) return metadata;
  throw malformed(path, 'its metadata is not a map of strings');
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(BYTES, dtype);
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => typeof field === 'string')
  );
}

function rowSize({ dtype, shape }: TensorEntry): number {
  return shape.slice(1).reduce((product, size) => product * size, BYTES[dtype]);
}

function viewAs(dtype: Dtype, buffer: ArrayBuffer): TensorBytes {
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return new Float64Array(buffer);
    case 'F16':
      return new Uint16Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'U8':
      return new Uint8Array(buffer);
  }
}

function viewBytes(data: TensorBytes): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function unreadable(path: string, cause: NodeJS.ErrnoException): SaeLabError {
  return new SaeLabError('safetensors.unreadable', {
    problem: `the file cannot be opened: ${cause.message}`,
    field: path,
    fix: 'Make the file readable. If it is gone, run the same command again to recreate it.',
    cause,
  });
}

function refuse(path: string): (cause: Error) => never {
  return (cause) => {
    throw malformed(path, cause.message, cause);
  };
}

function malformed(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('safetensors.malformed', {
    problem: `not a complete safetensors file: ${problem}`,
    field: path,
    fix: 'Delete the file, and run the same command again to recreate it.',
    cause,
  });
}
