/** Reads the header of a safetensors file, the project's own or one of others: any dtype is read. */
import type { FileHandle } from 'node:fs/promises';
import { describeValue } from '@sae-lab/errors';

/** Where a tensor's bytes are. */
export interface StoredTensor {
  readonly file: string;
  /** The name in the file, such as F32 or BF16. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the start of the file, in bytes. */
  readonly offset: number;
  readonly length: number;
}

export interface Header {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** As it is in the file. */
  readonly metadata: unknown;
  /** The section with the tensors' bytes, from its offset in the file to the end. */
  readonly data: { readonly start: number; readonly bytes: number };
}

const HEADER_LIMIT = 100_000_000;

/** @throws {Error} with the reason why it is not a whole safetensors file */
export async function readHeader(file: FileHandle, path: string): Promise<Header> {
  const { size } = await file.stat();
  const lengthBytes = Buffer.alloc(8);
  await readFully(file, lengthBytes, 0);
  const claimed = lengthBytes.readBigUInt64LE();
  if (claimed > Math.min(size - 8, HEADER_LIMIT)) throw new Error(`its header claims ${claimed} bytes`);
  const length = Number(claimed);
  const bytes = Buffer.alloc(length);
  await readFully(file, bytes, 8);
  const { __metadata__: metadata, ...entries } = parseHeader(bytes);
  const data = { start: 8 + length, bytes: size - 8 - length };
  const tensors = Object.entries(entries).map(
    ([name, entry]) => [name, locate(path, name, entry, data)] as const,
  );
  return { tensors: new Map(tensors), metadata, data };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw new Error('its header is not JSON', { cause });
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header)) {
    throw new Error('its header is not an object');
  }
  if (countKeys(text) !== Object.keys(header).length) throw new Error('its header contains a name twice');
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

function locate(path: string, name: string, entry: unknown, { start, bytes }: Header['data']): StoredTensor {
  const tensor = `tensor ${describeValue(name)}`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof dtype !== 'string') throw new Error(`${tensor} has no valid dtype`);
  if (!isCounts(shape)) throw new Error(`${tensor} has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new Error(`${tensor} has no valid offsets`);
  }
  const [begin, end] = offsets as [number, number];
  if (end > bytes) throw new Error(`it ends before ${tensor} does`);
  return { file: path, dtype, shape, offset: start + begin, length: end - begin };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** @throws {Error} if the file ends first */
export async function readFully(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) throw new Error(`it ends after ${position + done} bytes`);
    done += bytesRead;
  }
}
