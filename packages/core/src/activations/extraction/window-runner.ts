import { SaeLabError } from '@sae-lab/errors';
import type { Piece } from './dataset/pieces.ts';
import { batchesOf, type Window } from './dataset/windows.ts';
import type { ActivationSession } from './model/activation-session.ts';
import type { Hook } from './model/hooks.ts';
import type { ExtractionSettings } from './extraction-settings.ts';
import { emptyColumns, type RowColumns, type WindowRows } from '../store/activation-writer.ts';
import { FLOAT16_MAX } from '../store/float16.ts';

/** Runs the model on windows of pieces. */
export interface WindowRunner {
  /**
   * @param limit maximum number of rows to keep
   * @returns for each hook the selected rows, in document order; valid until the next call
   * @throws {SaeLabError} `activations.not-finite`, `activations.float16-overflow`
   */
  run(window: Window, limit: number, signal: AbortSignal | undefined): Promise<WindowRows[]>;
}

export function createWindowRunner(
  session: ActivationSession,
  hooks: readonly Hook[],
  settings: ExtractionSettings,
): WindowRunner {
  // Reused for each window: megabytes of garbage per window would accumulate before they are collected.
  let space = hooks.map(() => new Float32Array(0));
  let columns = emptyColumns(0);

  return {
    async run(window, limit, signal) {
      const firstRows = [0];
      for (const { selected } of window.pieces) firstRows.push(firstRows.at(-1)! + selected.length);
      const all = firstRows.at(-1)!;
      space = hooks.map(({ dIn }, h) =>
        space[h]!.length >= all * dIn ? space[h]! : new Float32Array(all * dIn),
      );

      for (const batch of batchesOf(window.pieces, settings.batchTokens)) {
        signal?.throwIfAborted();
        const result = await session.run(batch.map((index) => window.pieces[index]!.tokens));
        for (const [h, { dIn }] of hooks.entries()) {
          const values = result.activations[h]!;
          batch.forEach((index, b) => {
            let row = firstRows[index]!;
            for (const position of window.pieces[index]!.selected) {
              const from = (b * result.tokens + position) * dIn;
              space[h]!.set(values.subarray(from, from + dIn), row++ * dIn);
            }
          });
        }
      }

      const count = Math.min(all, limit);
      if (columns.positions.length < all) columns = emptyColumns(all);
      fillColumns(columns, window.pieces);
      return hooks.map((hook, h) => {
        const rows = { start: window.start, count, activations: space[h]!, columns };
        requireStorable(rows, hook, settings);
        return rows;
      });
    },
  };
}

function fillColumns(columns: RowColumns, pieces: readonly Piece[]): void {
  let row = 0;
  for (const piece of pieces) {
    for (const position of piece.selected) {
      columns.token_ids[row] = piece.tokens[position]!;
      columns.document_ids[row] = piece.document;
      columns.document_hashes[row] = piece.documentHash;
      columns.pieces[row] = piece.index;
      columns.positions[row] = position;
      row++;
    }
  }
}

function requireStorable(rows: WindowRows, hook: Hook, { dtype }: ExtractionSettings): void {
  const limit = dtype === 'float16' ? FLOAT16_MAX : Number.MAX_VALUE;
  const values = rows.activations;
  for (let i = 0; i < rows.count * hook.dIn; i++) {
    if (!(Math.abs(values[i]!) <= limit)) throw notStorable(rows, hook, i);
  }
}

function notStorable({ activations, columns }: WindowRows, hook: Hook, entry: number): SaeLabError {
  const value = activations[entry]!;
  const row = Math.floor(entry / hook.dIn);
  const where =
    `${hook.name} at document ${columns.document_ids[row]}, piece ${columns.pieces[row]}, ` +
    `position ${columns.positions[row]}`;
  return Number.isFinite(value)
    ? new SaeLabError('activations.float16-overflow', {
        problem: `${where} is too large for float16`,
        field: 'settings.dtype',
        expected: `magnitudes of at most ${FLOAT16_MAX}`,
        received: String(value),
        fix: 'Store the activations as float32.',
      })
    : new SaeLabError('activations.not-finite', {
        problem: `${where} is not a finite number`,
        field: 'model',
        expected: 'finite activations',
        received: String(value),
        fix: "Check the model's export. The same document gives this value every time.",
      });
}
