/**
 * Reads the headers of downloaded safetensors files. Unlike `files/safetensors.ts`, which reads the project's own files,
 * it accepts any dtype: a checkpoint can contain tensors that no graph reads.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { requireObject } from '../model-config.ts';

/** Where a tensor's bytes are. */
export interface StoredTensor {
  readonly file: string;
  /** The name in the file: F32, F16, BF16, or one that graphs do not support. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the start of the file, in bytes. */
  readonly offset: number;
  readonly length: number;
}

const HEADER_LIMIT = 100_000_000;

/** @throws {SaeLabError} `model.unreadable-weights` when the file cannot be read or is truncated */
export async function readHeader(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await readTensors(file, path);
  } catch (cause) {
    throw new SaeLabError('model.unreadable-weights', {
      problem: `not a whole safetensors file: ${(cause as Error).message}`,
      field: path,
      expected: 'weights in the safetensors format',
      fix: 'Download the file again: it may be cut short, or a Git LFS pointer.',
      cause,
    });
  } finally {
    await file?.close();
  }
}

/** @throws {Error} when the file is not a whole safetensors file */
export async function readTensors(
  file: FileHandle,
  path: string,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const { size } = await file.stat();
  const start = Buffer.alloc(8);
  const { bytesRead } = await file.read(start, 0, 8, 0);
  const length = bytesRead === 8 ? Number(start.readBigUInt64LE()) : Number.NaN;
  if (!(length <= Math.min(size - 8, HEADER_LIMIT))) throw new Error('its header is longer than the file');
  const header = Buffer.alloc(length);
  await file.read(header, 0, length, 8);
  const { __metadata__: _, ...entries } = requireObject(JSON.parse(header.toString('utf8')));
  const dataStart = 8 + length;
  return new Map(
    Object.entries(entries).map(([name, entry]) => [name, locate(name, entry, { path, dataStart, size })]),
  );
}

function locate(
  name: string,
  entry: unknown,
  { path, dataStart, size }: { path: string; dataStart: number; size: number },
): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = requireObject(entry);
  const [begin = 1, end = 0] = isCounts(offsets) && offsets.length === 2 ? offsets : [];
  if (typeof dtype !== 'string' || !isCounts(shape) || begin > end) {
    throw new Error(`its header describes ${describeValue(name)} as ${describeValue(entry)}`);
  }
  if (dataStart + end > size) throw new Error(`it ends before ${describeValue(name)} does`);
  return { file: path, dtype, shape, offset: dataStart + begin, length: end - begin };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
