import { SaeLabError } from '@sae-lab/errors';
import type { DatasetPosition } from '../extraction/dataset/windows.ts';
import { emptyColumns, type RowColumns, type WindowRows } from '../store/activation-writer.ts';
import { ArrayReader, floatsOf, idsOf, type Chunk } from './array-reader.ts';
import type { FoundArrays } from './find-arrays.ts';
import { nameOf } from './stored-array.ts';

/** Memory for the rows of a window. */
const WINDOW_BYTES = 4 * 2 ** 20;

/** Rows to import, and the documents that they belong to. */
export interface Import extends FoundArrays {
  readonly dIn: number;
  /** Number of rows to read. */
  readonly count: number;
  readonly rowsPerDocument: number;
}

/**
 * Yields the rows in windows, whose size depends only on dIn.
 *
 * @param from where an earlier window began
 * @returns windows, each valid until the next one, which reuses its memory
 * @throws {SaeLabError} `activations.not-finite`, `import.unreadable`
 */
export async function* importedWindows(
  source: Import,
  from: DatasetPosition,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ rows: WindowRows; end: DatasetPosition }> {
  const { dIn, count: total } = source;
  const most = Math.max(1, Math.floor(WINDOW_BYTES / (4 * dIn)));
  await using rows = new ArrayReader(source.rows);
  await using ids = new DocumentIds(source);
  const space = new Float32Array(most * dIn);
  const columns = emptyColumns(most);
  let start = from;
  let previous = from.rows === 0 ? undefined : (await ids.read(from.rows - 1, from.rows))[0];
  while (start.rows < total) {
    signal?.throwIfAborted();
    const count = Math.min(most, total - start.rows);
    let filled = 0;
    for await (const chunk of rows.read(start.rows, start.rows + count)) {
      const into = space.subarray(filled * dIn, (filled + chunk.count) * dIn);
      floatsOf(chunk, into);
      requireFinite(chunk, into, dIn);
      fillOrigin(columns, chunk, filled);
      filled += chunk.count;
    }
    let { document } = start;
    const windowIds = await ids.read(start.rows, start.rows + count);
    for (const [row, id] of windowIds.entries()) {
      if (id !== previous) document++;
      previous = id;
      columns.document_ids[row] = document - 1;
      columns.document_hashes[row] = id;
    }
    const end = { document, piece: 0, rows: start.rows + count, skipped: 0, tokens: start.rows + count };
    yield { rows: { start, count, activations: space, columns }, end };
    start = end;
  }
}

/** The document id of each row, which decides whether the row is held out. */
export async function* documentIdsOf(source: Import): AsyncGenerator<number> {
  await using ids = new DocumentIds(source);
  const step = 2 ** 16;
  let previous: number | undefined;
  for (let row = 0; row < source.count; row += step) {
    for (const id of await ids.read(row, Math.min(source.count, row + step))) {
      if (id !== previous) yield id;
      previous = id;
    }
  }
}

class DocumentIds implements AsyncDisposable {
  readonly #reader: ArrayReader | undefined;
  readonly #rowsPerDocument: number;

  constructor({ documentIds, rowsPerDocument }: Import) {
    this.#reader = documentIds && new ArrayReader(documentIds);
    this.#rowsPerDocument = rowsPerDocument;
  }

  async read(from: number, to: number): Promise<Int32Array> {
    const ids = new Int32Array(to - from);
    if (this.#reader === undefined) {
      return ids.map((_, i) => Math.floor((from + i) / this.#rowsPerDocument));
    }
    let filled = 0;
    for await (const chunk of this.#reader.read(from, to)) {
      idsOf(chunk, ids.subarray(filled));
      filled += chunk.count;
    }
    return ids;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
  }
}

/** Where a row comes from: the number of its file, and its row in that file. */
function fillOrigin({ pieces, positions }: RowColumns, { index, start, count }: Chunk, filled: number): void {
  pieces.fill(index, filled, filled + count);
  for (let row = 0; row < count; row++) positions[filled + row] = start + row;
}

function requireFinite({ array, start }: Chunk, values: Float32Array, dIn: number): void {
  const entry = values.findIndex((value) => !Number.isFinite(value));
  if (entry < 0) return;
  const row = start + Math.floor(entry / dIn);
  throw new SaeLabError('activations.not-finite', {
    problem: `row ${row}, dimension ${entry % dIn} is not a finite number`,
    field: nameOf(array),
    expected: 'finite activations',
    received: String(values[entry]),
    fix: 'Check the program that wrote the file. Rows and dimensions are counted from 0.',
  });
}
