/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.
 * Activation shards, checkpoints and exported SAEs are all such files.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { writeAtomic } from './write-atomic.ts';

type Dtype = 'F32' | 'F16' | 'F64' | 'I32' | 'U8';
type TensorBytes = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

/** One tensor; F16 is carried as its bits in a Uint16Array. */
export interface FileTensor {
  dtype: Dtype;
  shape: number[];
  data: TensorBytes;
}

interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  /** Byte range within the data section, end excluded. */
  data_offsets: [number, number];
}

const BYTES: Record<Dtype, number> = { F32: 4, F16: 2, F64: 8, I32: 4, U8: 1 };
const HEADER_LIMIT = 100_000_000;

/**
 * Writes the tensors, in the order given, atomically.
 *
 * @returns size and sha256 of the file
 */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, FileTensor>,
  metadata?: Record<string, string>,
): Promise<{ bytes: number; sha256: string }> {
  let offset = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]): [string, TensorEntry] => {
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
 * Reads a whole file.
 *
 * @throws SaeLabError `safetensors.malformed` when the bytes are not a whole safetensors file
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

/** An open file, for reading ranges of rows (first axis) of its tensors. */
export interface SafetensorsFile {
  readonly entries: Record<string, TensorEntry>;
  readonly metadata: Record<string, string>;
  /** Rows [start, end) of a tensor, in its own dtype. */
  readRows(name: string, start: number, end: number): Promise<TensorBytes>;
  close(): Promise<void>;
}

/** @throws SaeLabError `safetensors.malformed`, and `safetensors.unreadable` when the system does not give the file */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  try {
    if (!(await file.stat()).isFile()) throw malformed(path, 'it is a folder, or no file at all');
    const { entries, metadata, dataStart } = await readHeader(file, path);
    return {
      entries,
      metadata,
      close: () => file.close(),
      async readRows(name, start, end) {
        const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
        if (entry === undefined) throw malformed(path, `it has no tensor ${describeValue(name)}`);
        const rowBytes = rowSize(entry);
        const buffer = new ArrayBuffer((end - start) * rowBytes);
        await readFully(
          file,
          new Uint8Array(buffer),
          dataStart + entry.data_offsets[0] + start * rowBytes,
          path,
        );
        return viewAs(entry.dtype, buffer);
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(
  file: FileHandle,
  path: string,
): Promise<{ entries: Record<string, TensorEntry>; metadata: Record<string, string>; dataStart: number }> {
  const { size } = await file.stat();
  const lengthBytes = Buffer.alloc(8);
  await readFully(file, lengthBytes, 0, path);
  const claimed = lengthBytes.readBigUInt64LE();
  if (claimed > Math.min(size - 8, HEADER_LIMIT)) throw malformed(path, `its header claims ${claimed} bytes`);
  const length = Number(claimed);
  const headerBytes = Buffer.alloc(length);
  await readFully(file, headerBytes, 8, path);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(headerBytes, path);
  if (!isStringRecord(metadata)) throw malformed(path, 'its metadata is not a map of strings');
  checkEntries(path, entries, size - 8 - length);
  return { entries, metadata, dataStart: 8 + length };
}

function parseHeader(bytes: Uint8Array, path: string): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw malformed(path, 'its header is not JSON', cause);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    throw malformed(path, 'its header is not an object');
  }
  if (countKeys(text) !== Object.keys(header).length) throw malformed(path, 'its header gives a name twice');
  return header as Record<string, unknown>;
}

/** Keys of the outermost object in valid JSON text, repeated ones included: JSON.parse keeps the last of them. */
function countKeys(json: string): number {
  let depth = 0;
  let keys = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1) keys++;
  }
  return keys;
}

/** Checks that the entries cover the data without holes; a header may have them in any order. */
function checkEntries(
  path: string,
  entries: Record<string, unknown>,
  dataBytes: number,
): asserts entries is Record<string, TensorEntry> {
  for (const [name, entry] of Object.entries(entries)) checkEntry(path, name, entry);
  let end = 0;
  const inPlace = Object.entries(entries as Record<string, TensorEntry>).toSorted(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  for (const [name, { data_offsets: offsets }] of inPlace) {
    if (offsets[0] !== end)
      throw malformed(path, `tensor ${describeValue(name)} does not follow the one before`);
    end = offsets[1];
  }
  if (end !== dataBytes) {
    throw malformed(path, `it holds ${dataBytes} bytes of data where ${end} are declared`);
  }
}

function checkEntry(path: string, name: string, entry: unknown): void {
  const tensor = `tensor ${describeValue(name)}`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype)) {
    throw malformed(path, `${tensor} has none of the dtypes ${Object.keys(BYTES).join(', ')}`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw malformed(path, `${tensor} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw malformed(path, `${tensor} has no valid offsets`);
  }
  const bytes = shape.reduce((product, size) => product * size, BYTES[dtype]);
  if (offsets[1] - offsets[0] !== bytes) {
    throw malformed(path, `${tensor} of shape ${describeValue(shape)} does not fit its offsets`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function rowSize({ dtype, shape }: TensorEntry): number {
  return shape.slice(1).reduce((product, size) => product * size, BYTES[dtype]);
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) throw malformed(path, `it ends after ${position + done} bytes`);
    done += bytesRead;
  }
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

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => typeof field === 'string')
  );
}

function unreadable(path: string, cause: NodeJS.ErrnoException): SaeLabError {
  return new SaeLabError('safetensors.unreadable', {
    problem: `the file cannot be opened: ${cause.message}`,
    field: path,
    fix: 'Make the file readable. One that is gone is made again by the next run.',
    cause,
  });
}

function malformed(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('safetensors.malformed', {
    problem: `not a whole safetensors file: ${problem}`,
    field: path,
    fix: 'Delete the file: what it held is made again by the next run.',
    cause,
  });
}
