import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorOf, temporaryFolder } from '../test-support.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import { importActivations, planImport } from './import-activations.ts';
import type { ImportedSpecInput } from './imported-spec.ts';
import { writeNpy, writeTensors } from './test-files.ts';

const GOLDEN = fileURLToPath(new URL('npy-golden', import.meta.url));

type Settings = Omit<ImportedSpecInput, 'kind'>;

function imported(settings: Settings, dataDir = temporaryFolder()): Promise<ActivationStore> {
  return importActivations({ kind: 'activations', ...settings }, dataDir);
}

describe('files that cannot be imported', () => {
  const folderOf = (write: (folder: string) => void): string => {
    const folder = temporaryFolder();
    write(folder);
    return folder;
  };
  const golden = (name: string): Settings => ({ files: join(GOLDEN, name) });
  const rows = (shape: number[]) => ({ dtype: 'F32', shape, data: new Float32Array(shape[0]! * shape[1]!) });

  it.each<[string, string, RegExp, () => Settings]>([
    [
      'no file',
      'import.no-files',
      /^dataset\.files: .*expected a file, a folder or a glob.*Correct/,
      () => ({ files: join(temporaryFolder(), '*.npy') }),
    ],
    [
      'an empty folder',
      'import.no-files',
      /^dataset\.files: the folder/,
      () => ({ files: temporaryFolder() }),
    ],
    [
      'another format',
      'import.mixed-files',
      /another extension.*npy\.py\. Save the array with np\.save/,
      () => ({ files: fileURLToPath(new URL('../../../../../tests/reference/npy.py', import.meta.url)) }),
    ],
    [
      'two formats',
      'import.mixed-files',
      /two formats/,
      () => ({
        files: folderOf((folder) => {
          writeNpy(join(folder, 'a.npy'), '<f4', [1, 1], new Float32Array(1));
          writeTensors(join(folder, 'b.safetensors'), { a: rows([1, 1]) });
        }),
      }),
    ],
    [
      'float64',
      'import.dtype',
      /float64\.npy: .*expected float32.*received <f8.*astype/,
      () => golden('float64.npy'),
    ],
    ['big-endian', 'import.dtype', /received >f4/, () => golden('big-endian.npy')],
    // The dtype comes first: an array of objects cannot be reshaped into rows.
    ['integers', 'import.dtype', /received I64\. Convert/, () => golden('ids.npy')],
    ['Fortran order', 'import.fortran-order', /fortran\.npy.*ascontiguousarray/, () => golden('fortran.npy')],
    [
      'several tensors',
      'import.tensor',
      /several tensors.*received a \[2, 3\], b \[1, 3\]/,
      () => ({
        files: folderOf(
          (folder) => void writeTensors(join(folder, 'x.safetensors'), { a: rows([2, 3]), b: rows([1, 3]) }),
        ),
      }),
    ],
    [
      'an unknown tensor',
      'import.tensor',
      /no tensor c; expected a \[2, 3\]; received c/,
      () => ({
        tensor: 'c',
        files: folderOf((folder) => void writeTensors(join(folder, 'x.safetensors'), { a: rows([2, 3]) })),
      }),
    ],
    [
      'a tensor of a .npy file',
      'import.tensor',
      /^dataset\.tensor: /,
      () => ({ ...golden('float32.npy'), tensor: 'a' }),
    ],
    [
      'other dimensions',
      'import.shape',
      /b\.npy: .*expected 3 dimensions.*received \[1, 4\]/,
      () => ({
        files: folderOf((folder) => {
          writeNpy(join(folder, 'a.npy'), '<f4', [2, 3], new Float32Array(6));
          writeNpy(join(folder, 'b.npy'), '<f4', [1, 4], new Float32Array(4));
        }),
      }),
    ],
    [
      'three axes',
      'import.shape',
      /axes is 3; .*received \[2, 3, 4\].*reshape/,
      () => ({
        files: folderOf(
          (folder) => void writeNpy(join(folder, 'a.npy'), '<f4', [2, 3, 4], new Float32Array(24)),
        ),
      }),
    ],
    [
      'no rows',
      'import.shape',
      /there are no rows/,
      () => ({
        files: folderOf((folder) => void writeNpy(join(folder, 'a.npy'), '<f4', [0, 4], new Float32Array(0))),
      }),
    ],
    [
      'a truncated .npy file',
      'import.unreadable',
      /a\.npy: not a whole \.npy file: its header says/,
      () => ({
        files: folderOf((folder) => {
          truncateSync(writeNpy(join(folder, 'a.npy'), '<f4', [2, 3], new Float32Array(6)), 90);
        }),
      }),
    ],
    [
      'a truncated safetensors file',
      'import.unreadable',
      /it ends before tensor "a" does/,
      () => ({
        files: folderOf((folder) => {
          const path = writeTensors(join(folder, 'x.safetensors'), { a: rows([2, 3]) });
          writeFileSync(path, readFileSync(path).subarray(0, -4));
        }),
      }),
    ],
    [
      'something else',
      'import.unreadable',
      /does not begin as one/,
      () => ({
        files: folderOf((folder) =>
          writeFileSync(join(folder, 'a.npy'), 'version https://git-lfs.github.com/spec/v1'),
        ),
      }),
    ],
    [
      'too few bytes for the shape',
      'import.unreadable',
      /do not make a shape/,
      () => ({
        files: folderOf(
          (folder) =>
            void writeTensors(join(folder, 'x.safetensors'), { a: { ...rows([2, 3]), shape: [2, 4] } }),
        ),
      }),
    ],
    [
      'too few ids',
      'import.document-ids',
      /expected 6 ids; received 5 ids/,
      () => ({
        documentIds: join(GOLDEN, 'ids.npy'),
        files: folderOf(
          (folder) => void writeNpy(join(folder, 'a.npy'), '<f4', [6, 2], new Float32Array(12)),
        ),
      }),
    ],
    [
      'ids that are floats',
      'import.dtype',
      /expected integers.*received F32/,
      () => ({
        documentIds:
          folderOf((folder) => void writeNpy(join(folder, 'i.npy'), '<f4', [5], new Float32Array(5))) +
          '/i.npy',
        ...golden('float32.npy'),
      }),
    ],
    [
      'ids by a name in .npy files',
      'import.tensor',
      /^dataset\.documentIds: /,
      () => ({ documentIds: 'image', ...golden('float32.npy') }),
    ],
    [
      'ids and blocks',
      'import.invalid',
      /rowsPerDocument/,
      () => ({ documentIds: 'image', rowsPerDocument: 2, ...golden('float32.npy') }),
    ],
    [
      'a value that is not finite',
      'activations.not-finite',
      /a\.npy: row 1, dimension 0.*received NaN/,
      () => ({
        files: folderOf(
          (folder) =>
            void writeNpy(join(folder, 'a.npy'), '<f4', [2, 2], Float32Array.of(1, 2, Number.NaN, 3)),
        ),
      }),
    ],
  ])('%s: %s', async (_, code, message, settings) => {
    const error = await errorOf(() => imported(settings()));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });

  it('are refused when one document would hold all rows', async () => {
    const files = join(GOLDEN, 'float32.npy');
    const spec = { kind: 'activations', files, rowsPerDocument: 5 } as const;
    const error = await errorOf(() => planImport(spec, temporaryFolder(), 0.1));
    expect(error.message).toMatch(/only one document.*Lower dataset\.rowsPerDocument/);
  });

  it('are refused when they change between two windows', async () => {
    const folder = temporaryFolder();
    const files = writeNpy(join(folder, 'a.npy'), '<f4', [3000, 1024], new Float32Array(3000 * 1024));
    const onProgress = (): void => rmSync(files, { force: true });
    const spec = { kind: 'activations', files } as const;
    const error = await errorOf(() => importActivations(spec, temporaryFolder(), { onProgress }));
    expect(error).toMatchObject({ code: 'extraction.input-changed' });
  });
});
