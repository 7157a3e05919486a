import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { localFiles } from '@sae-lab/hub';
import { SaeLabError, describeValue } from '@sae-lab/errors';

const EXTENSIONS = ['.npy', '.safetensors'];

/**
 * The files of a path, folder or glob, sorted by path. All are in one format.
 *
 * @param field the field of the dataset that names them
 * @throws {SaeLabError} `import.no-files`, `import.mixed-files`
 */
export async function findFiles(path: string, field: 'files' | 'documentIds'): Promise<string[]> {
  const extensions = field === 'files' ? EXTENSIONS : ['.npy'];
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const pattern = isFolder ? join(path, extensions.length === 1 ? '*.npy' : '*.{npy,safetensors}') : path;
  const found = await localFiles(pattern).catch((cause: unknown) => {
    if (!(cause instanceof SaeLabError)) throw cause;
    throw new SaeLabError('import.no-files', {
      problem: isFolder ? 'the folder has no such files' : 'no file matches the path',
      field: `dataset.${field}`,
      expected: `a file, a folder or a glob of ${extensions.join(' or ')} files`,
      received: describeValue(path),
      fix: 'Correct the path. In an experiment, relative paths start at the folder of its file.',
      cause,
    });
  });
  const files = found.map((source) => source.path);
  requireOneFormat(files, extensions, field);
  return files;
}

function isWanted(file: string, extensions: readonly string[]): boolean {
  return extensions.includes(extname(file));
}

function requireOneFormat(files: readonly string[], extensions: readonly string[], field: string): void {
  const other = files.find((file) => !isWanted(file, extensions) || extname(file) !== extname(files[0]!));
  if (other === undefined) return;
  const isMixed = isWanted(other, extensions);
  throw new SaeLabError('import.mixed-files', {
    problem: isMixed ? 'files of two formats match' : 'the file has another extension',
    field: `dataset.${field}`,
    expected: extensions.map((extension) => `only ${extension}`).join(' or '),
    received: other,
    fix: isMixed || files.length > 1 ? 'Narrow the path, e.g. ./acts/*.npy.' : 'Save the array with np.save.',
  });
}
