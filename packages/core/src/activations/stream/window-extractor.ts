import type { DatasetPosition } from '../extraction/dataset/windows.ts';
import { openActivationWriter, type WindowRows } from '../store/activation-writer.ts';
import { asNoSpace, writeRows, type RowSource } from '../store/make-stores.ts';
import { shardRowsOf, type PlannedActivations } from '../store/planned-store.ts';
import { removeWindow, startOf, windowFolder } from './ring-files.ts';

/** Extracts windows of a corpus, for all hooks in one pass of the model. */
export interface WindowExtractor {
  /**
   * Writes a window of each hook to disk. Consecutive windows continue the same pass; another window starts a new one where
   * its rows begin.
   *
   * @returns its rows, 0 if the corpus ends before it, and where the next window begins, undefined at the end of the corpus
   */
  extract(index: number): Promise<{ rows: number; next: DatasetPosition | undefined }>;
  /** Ends the pass and closes the model. */
  close(): Promise<void>;
}

interface ExtractorOptions {
  readonly windowRows: number;
  /** Where each window begins, as far as it is known. */
  readonly starts: readonly DatasetPosition[];
  /** Bytes that the windows on disk take in all, for errors. */
  readonly bytes: number;
  readonly dataDir: string;
  readonly signal: AbortSignal;
  readonly warn: (sentence: string) => void;
  /** Called with the position that the extraction has reached, and the number of files of the window. */
  readonly onRows: (end: DatasetPosition, files: number) => void;
}

type Yielded = { rows: readonly WindowRows[]; end: DatasetPosition };

export function createWindowExtractor<P extends PlannedActivations>(
  source: RowSource<P>,
  planned: readonly P[],
  { windowRows, starts, bytes, dataDir, signal, warn, onRows }: ExtractorOptions,
): WindowExtractor {
  let pass: AsyncIterator<Yielded> | undefined;
  /** The window that the pass is at, and its rows that are not on disk yet. */
  let at: { index: number; rest: Yielded | undefined } | undefined;

  const openWriters = (index: number) =>
    Promise.all(
      planned.map(({ folder, dIn }) =>
        openActivationWriter({
          folder: windowFolder({ folder }, index),
          dIn,
          dtype: source.storage.dtype,
          shardRows: shardRowsOf(dIn, source.storage),
          firstRow: index * windowRows,
          begin: startOf(starts, index),
        }),
      ),
    );
  const close = async (): Promise<void> => {
    await pass?.return?.();
    pass = undefined;
    at = undefined;
  };

  return {
    close,
    async extract(index) {
      const first = index * windowRows;
      const limit = first + windowRows;
      const writers = await openWriters(index);
      if (pass === undefined || at?.index !== index) {
        await close();
        const from = writers.map(({ start }) => start).reduce((a, b) => (b.rows < a.rows ? b : a));
        pass = source.windows(planned, from, { signal, warn })[Symbol.asyncIterator]();
      }
      const report = (reached: DatasetPosition): void => {
        const files = writers.reduce((sum, writer) => sum + writer.shards(), 0);
        onRows({ ...reached, rows: Math.min(reached.rows, limit) }, files);
      };
      let yielded = at?.rest;
      let end = startOf(starts, index);
      let next: DatasetPosition | undefined;
      while (next === undefined) {
        if (yielded === undefined) {
          const { value, done } = await pass.next();
          if (done === true) break;
          yielded = value;
        }
        // All hooks have the same rows.
        const { start, count } = yielded.rows[0]!;
        const clipped = yielded.rows.map((rows) => ({ ...rows, count: Math.min(count, limit - start.rows) }));
        await writeRows(writers, clipped, bytes, dataDir);
        end = yielded.end;
        report(end);
        const reached = start.rows + count;
        if (reached > limit) next = start;
        else {
          if (reached === limit) next = end;
          yielded = undefined;
        }
      }
      const rows = Math.min(end.rows, limit) - first;
      if (next === undefined) await close();
      else at = { index: index + 1, rest: yielded };
      if (rows <= 0) {
        for (const one of planned) await removeWindow(one, index);
        return { rows: 0, next: undefined };
      }
      for (const [i, writer] of writers.entries()) {
        await writer
          .finish((shards) => source.describe(planned[i]!, { ...end, rows }, shards))
          .catch((error: unknown) => asNoSpace(error, bytes, dataDir));
      }
      report(end);
      return { rows, next };
    },
  };
}
