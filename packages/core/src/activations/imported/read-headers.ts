import { open, type FileHandle } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { readHeader } from '../../files/safetensors-header.ts';
import { readNpyHeader } from './npy-header.ts';
import type { StoredArray } from './stored-array.ts';

export const isNpy = (path: string): boolean => path.endsWith('.npy');

/**
 * The arrays of a `.npy` or safetensors file.
 *
 * @throws {SaeLabError} `import.unreadable`, `import.fortran-order`
 */
export async function readHeaders(path: string): Promise<StoredArray[]> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    if (isNpy(path)) return [await readNpyHeader(file, path)];
    const { tensors } = await readHeader(file, path);
    return [...tensors].map(([name, tensor]) => ({ ...tensor, name }));
  } catch (cause) {
    if (cause instanceof SaeLabError) throw cause;
    throw unreadable(path, (cause as Error).message, cause);
  } finally {
    await file?.close();
  }
}

export function unreadable(path: string, reason: string, cause?: unknown): SaeLabError {
  const kind = isNpy(path) ? '.npy' : 'safetensors';
  return new SaeLabError('import.unreadable', {
    problem: `not a whole ${kind} file: ${reason}`,
    field: path,
    expected: `an array in the ${kind} format`,
    fix: 'Write the file again. It may be truncated, or a Git LFS pointer.',
    cause,
  });
}
