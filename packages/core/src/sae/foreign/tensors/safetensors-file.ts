import { open, type FileHandle } from 'node:fs/promises';
import { SaeLabError } from '@sae-lab/errors';
import { reasonOf } from '../../../files/reason-of.ts';
import { readFully, readHeader } from '../../../files/safetensors-header.ts';
import { tensorOf, type StoredTensor } from './stored-tensor.ts';

/**
 * Lists the tensors of a safetensors file.
 *
 * @throws {SaeLabError} `sae.unreadable`, `sae.tensor-dtype`
 */
export async function readSafetensorsFile(path: string): Promise<Record<string, StoredTensor>> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const tensors: [string, StoredTensor][] = [];
    for (const [name, { dtype, shape, offset, length }] of (await readHeader(file, path)).tensors) {
      const bytes = new Uint8Array(length);
      await readFully(file, bytes, offset);
      tensors.push([name, tensorOf(path, { name, dtype, shape, bytes })]);
    }
    return Object.fromEntries(tensors);
  } catch (cause) {
    if (cause instanceof SaeLabError && cause.code.startsWith('sae.')) throw cause;
    throw new SaeLabError('sae.unreadable', {
      problem: `not a whole safetensors file: ${reasonOf(cause)}`,
      field: path,
      fix: 'Download, copy or save the SAE again.',
      cause,
    });
  } finally {
    await file?.close();
  }
}
