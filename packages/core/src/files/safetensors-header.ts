/** Reads and validates the header of a safetensors file. */
import type { FileHandle } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';

export type Dtype = 'F32' | 'F16' | 'F64' | 'I32' | 'U8';

export interface TensorEntry {
  dtype: Dtype;
  shape: number[];
  /** Byte range within the data section, end exclusive. */
  data_offsets: [number, number];
}

export const BYTES: Record<Dtype, number> = { F32: 4, F16: 2, F64: 8, I32: 4, U8: 1 };
const HEADER_LIMIT = 100_000_000;

export interface Header {
  readonly entries: Record<string, TensorEntry>;
  readonly metadata: Record<string, string>;
  /** Offset of the data section in the file. */
  readonly dataStart: number;
}

/**
 * Reads a file's header, and checks that it describes the file's bytes.
 *
 * @throws {SaeLabError} `safetensors.malformed`
 */
export async function readHeader(file: FileHandle, path: string): Promise<Header> {
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
  if (countKeys(text) !== Object.keys(header).length)
    throw malformed(path, 'its header contains a name twice');
  return header as Record<string, unknown>;
}

/** Number of keys of the outermost object in valid JSON, including duplicates, of which JSON.parse keeps the last. */
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

/** Checks that the entries cover the data without gaps. A header may list them in any order. */
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
      throw malformed(path, `tensor ${describeValue(name)} does not start where the previous one ends`);
    end = offsets[1];
  }
  if (end !== dataBytes) {
    throw malformed(path, `it has ${dataBytes} bytes of data, but its header declares ${end}`);
  }
}

function checkEntry(path: string, name: string, entry: unknown): void {
  const tensor = `tensor ${describeValue(name)}`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES, dtype)) {
    throw malformed(path, `${tensor} has an unsupported dtype (not ${Object.keys(BYTES).join(', ')})`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw malformed(path, `${tensor} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw malformed(path, `${tensor} has no valid offsets`);
  }
  const bytes = shape.reduce((product, size) => product * size, BYTES[dtype]);
  if (offsets[1] - offsets[0] !== bytes) {
    throw malformed(path, `${tensor} of shape ${describeValue(shape)} does not match its offsets`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @throws {SaeLabError} `safetensors.malformed` if the file ends first */
export async function readFully(
  file: FileHandle,
  into: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) throw malformed(path, `it ends after ${position + done} bytes`);
    done += bytesRead;
  }
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((field) => typeof field === 'string')
  );
}

export function malformed(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('safetensors.malformed', {
    problem: `not a complete safetensors file: ${problem}`,
    field: path,
    fix: 'Delete the file, and run the same command again to recreate it.',
    cause,
  });
}
