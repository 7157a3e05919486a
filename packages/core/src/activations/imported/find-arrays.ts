import { SaeLabError } from '@sae-lab/errors';
import { findFiles } from './find-files.ts';
import type { ImportedSpec } from './imported-spec.ts';
import { isNpy, readHeaders, unreadable } from './read-headers.ts';
import {
  FLOAT_BYTES,
  INTEGER_BYTES,
  nameOf,
  refused,
  shapeOf,
  sizeOf,
  type StoredArray,
} from './stored-array.ts';

/** The arrays that a dataset names, checked against each other. */
export interface FoundArrays {
  /** Each [rows, dIn]. */
  readonly rows: readonly StoredArray[];
  /** Each [rows]. Together they have as many entries as there are rows. */
  readonly documentIds: readonly StoredArray[] | undefined;
  /** All files, without repetition. */
  readonly files: readonly string[];
}

/**
 * Finds the arrays of a dataset. Reads only headers.
 *
 * @throws {SaeLabError} `import.*`
 */
export async function findArrays(spec: ImportedSpec): Promise<FoundArrays> {
  const idFiles =
    spec.documentIds !== undefined && isNpy(spec.documentIds)
      ? await findFiles(spec.documentIds, 'documentIds')
      : [];
  // The ids may be in the same folder.
  const files = (await findFiles(spec.files, 'files')).filter((file) => !idFiles.includes(file));
  if (files.length === 0) throw onlyIds(spec);
  const headers = await Promise.all(files.map(readHeaders));
  const rows = headers.map((arrays, i) => requireRows(chooseTensor(files[i]!, arrays, spec)));
  for (const array of rows) requireWidth(array, rows[0]!);
  const total = countOf(rows);
  if (total === 0) throw refused('import.shape', rows[0]!, EMPTY);
  const documentIds = await findDocumentIds(spec, { files, headers, idFiles });
  if (documentIds !== undefined) requireLength(documentIds, total);
  return {
    rows,
    documentIds,
    files: [...new Set([...rows, ...(documentIds ?? [])].map(({ file }) => file))],
  };
}

export function countOf(arrays: readonly StoredArray[]): number {
  return arrays.reduce((sum, { shape }) => sum + shape[0]!, 0);
}

function onlyIds({ files }: ImportedSpec): SaeLabError {
  return new SaeLabError('import.no-files', {
    problem: 'only the files of dataset.documentIds match',
    field: 'dataset.files',
    expected: 'files of activations',
    received: files,
    fix: 'Correct one of the paths.',
  });
}

const EMPTY = {
  problem: 'there are no rows',
  expected: 'at least one row of at least one dimension',
  fix: 'Write the activations again.',
};

function chooseTensor(file: string, arrays: readonly StoredArray[], { tensor }: ImportedSpec): StoredArray {
  if (isNpy(file)) {
    if (tensor === undefined) return arrays[0]!;
    throw new SaeLabError('import.tensor', {
      problem: 'a .npy file has no named tensors',
      field: 'dataset.tensor',
      expected: 'nothing',
      received: tensor,
      fix: 'Remove it. To name the activations in tables, set name.',
    });
  }
  if (tensor !== undefined) return named(file, arrays, tensor, 'tensor');
  const candidates = arrays.length === 1 ? arrays : arrays.filter(({ shape }) => shape.length === 2);
  if (candidates.length === 1) return candidates[0]!;
  throw new SaeLabError('import.tensor', {
    problem: candidates.length === 0 ? 'no tensor has two axes' : 'several tensors have two axes',
    field: file,
    expected: 'one tensor of rows × dimensions, or its name',
    received: listed(arrays),
    fix: 'Set dataset.tensor to the one that holds the activations.',
  });
}

function named(file: string, arrays: readonly StoredArray[], name: string, field: string): StoredArray {
  const found = arrays.find((array) => array.name === name);
  if (found !== undefined) return found;
  throw new SaeLabError('import.tensor', {
    problem: `the file has no tensor ${name}`,
    field: file,
    expected: listed(arrays),
    received: name,
    fix: `Set dataset.${field} to one of its tensors.`,
  });
}

function listed(arrays: readonly StoredArray[]): string {
  if (arrays.length === 0) return 'no tensors';
  const shown = arrays.slice(0, 20).map((array) => `${array.name} ${shapeOf(array)}`);
  return [...shown, ...(arrays.length > 20 ? [`${arrays.length - 20} more`] : [])].join(', ');
}

function requireRows(array: StoredArray): StoredArray {
  requireDtype(array, FLOAT_BYTES, 'float32, float16 or bfloat16', "array.astype('float32')");
  if (array.shape.length !== 2) {
    throw refused('import.shape', array, {
      problem: `the number of axes is ${array.shape.length}`,
      expected: 'two: rows × dimensions',
      received: shapeOf(array),
      fix: 'Reshape it, e.g. array.reshape(-1, array.shape[-1]), and set rowsPerDocument or documentIds.',
    });
  }
  if (array.shape[1] === 0) throw refused('import.shape', array, EMPTY);
  return array;
}

function requireWidth(array: StoredArray, first: StoredArray): void {
  if (array.shape[1] === first.shape[1]) return;
  throw refused('import.shape', array, {
    problem: 'the files have rows of different dimensions',
    expected: `${first.shape[1]} dimensions, as in ${nameOf(first)}`,
    received: shapeOf(array),
    fix: 'Narrow dataset.files to the activations of one hook.',
  });
}

async function findDocumentIds(
  { documentIds }: ImportedSpec,
  {
    files,
    headers,
    idFiles,
  }: {
    files: readonly string[];
    headers: readonly StoredArray[][];
    idFiles: readonly string[];
  },
): Promise<StoredArray[] | undefined> {
  if (documentIds === undefined) return undefined;
  if (idFiles.length > 0) {
    return (await Promise.all(idFiles.map(readHeaders))).map(([array]) => requireIds(array!));
  }
  if (isNpy(files[0]!)) {
    throw new SaeLabError('import.tensor', {
      problem: 'a .npy file has no named tensors',
      field: 'dataset.documentIds',
      expected: 'the path of a .npy file',
      received: documentIds,
      fix: 'Save the document ids with np.save, and set documentIds to the path.',
    });
  }
  return headers.map((arrays, i) => requireIds(named(files[i]!, arrays, documentIds, 'documentIds')));
}

function requireIds(array: StoredArray): StoredArray {
  requireDtype(array, INTEGER_BYTES, 'integers', "ids.astype('int64')");
  if (array.shape.length !== 1) {
    throw refused('import.shape', array, {
      problem: `the number of axes of the document ids is ${array.shape.length}`,
      expected: 'one: an id per row',
      received: shapeOf(array),
      fix: 'Reshape them with ids.reshape(-1).',
    });
  }
  return array;
}

function requireDtype(
  array: StoredArray,
  supported: Readonly<Record<string, number>>,
  expected: string,
  conversion: string,
): void {
  const bytes = Object.hasOwn(supported, array.dtype) ? supported[array.dtype]! : undefined;
  if (bytes === undefined) {
    throw refused('import.dtype', array, {
      problem: 'the dtype is not supported',
      expected: `${expected}, little-endian`,
      received: array.dtype,
      fix: `Convert the array with ${conversion}.`,
    });
  }
  if (array.length !== sizeOf(array.shape) * bytes) {
    const problem = `${array.length} bytes do not make a shape of ${shapeOf(array)}`;
    throw unreadable(array.file, problem);
  }
}

function requireLength(documentIds: readonly StoredArray[], rows: number): void {
  const ids = countOf(documentIds);
  if (ids === rows) return;
  throw refused('import.document-ids', documentIds[0]!, {
    problem: 'there are not as many document ids as rows',
    expected: `${rows} ids`,
    received: `${ids} ids in ${documentIds.length} ${documentIds.length === 1 ? 'array' : 'arrays'}`,
    fix: 'Write one id per row, in the order of the rows.',
  });
}
