import { SaeLabError } from '@sae-lab/errors';
import { parseNpyHeader } from '../../../activations/imported/npy-header.ts';
import { reasonOf } from '../../../files/reason-of.ts';
import { sizeOf, tensorOf, type StoredTensor } from './stored-tensor.ts';
import { openZip } from './zip-archive.ts';

const EXTENSION = '.npy';

/**
 * Lists the arrays of an `.npz` file.
 *
 * @throws {SaeLabError} `sae.unreadable`, `sae.tensor-dtype`
 */
export async function readNpzFile(path: string): Promise<Record<string, StoredTensor>> {
  const zip = await openZip(path);
  try {
    const arrays: [string, StoredTensor][] = [];
    for (const file of zip.names) {
      const name = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : file;
      arrays.push([name, arrayOf(path, name, await zip.read(file))]);
    }
    return Object.fromEntries(arrays);
  } finally {
    zip.close();
  }
}

function arrayOf(path: string, name: string, content: Buffer): StoredTensor {
  try {
    const { dtype, shape, isFortran, offset } = parseNpyHeader(content);
    const bytes = content.subarray(offset);
    const stride = shape.map((_, axis) => sizeOf(isFortran ? shape.slice(0, axis) : shape.slice(axis + 1)));
    return tensorOf(path, { name, dtype: dtype === '<f8' ? 'F64' : dtype, shape, bytes, stride });
  } catch (cause) {
    if (cause instanceof SaeLabError) throw cause;
    throw new SaeLabError('sae.unreadable', {
      problem: `the array ${name} is not one of NumPy: ${reasonOf(cause)}`,
      field: path,
      fix: 'Download or save the file again.',
      cause,
    });
  }
}
