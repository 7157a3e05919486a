import { SaeLabError } from '@sae-lab/errors';
import { SparseEncoder, type CodeEntries } from '../../sae/sparse-encoder.ts';
import { stopIfAsked } from '../../stop.ts';
import type { EvaluationContext, Subject } from '../contract.ts';
import { textBatches, type TextBatch } from './context-rows.ts';

/** What a pass computes of one SAE. */
export interface Counter {
  readonly subject: Subject;
  /** @param rowsBefore rows of earlier batches */
  add(batch: TextBatch, code: CodeEntries, rowsBefore: number): void;
}

/** How much text a pass read. */
export interface PassLength {
  readonly rows: number;
  readonly documents: number;
}

/** Rows of a batch. Not fitted to the widths: the last bits of a code may depend on its batch. */
const BATCH_ROWS = 1024;

/**
 * Reads the held-out text once and encodes its activations with every SAE.
 *
 * @param onRows called with the number of rows of each batch
 * @throws {SaeLabError} `run.nothing-held-out`, `evaluation.text-changed`, `activations.not-finite`, `run.stopped`
 */
export async function readPass(
  { activations, text, signal }: EvaluationContext,
  counters: readonly Counter[],
  maxTokens: number,
  onRows: (rows: number) => void,
): Promise<PassLength> {
  const encoders = counters.map(({ subject }) => new SparseEncoder(subject.sae));
  let rows = 0;
  let documents = 0;
  let document = -1;
  try {
    const source = { activations: activations!, text: text! };
    for await (const batch of textBatches(source, { batchRows: BATCH_ROWS, maxTokens })) {
      for (const [c, counter] of counters.entries()) {
        await stopIfAsked(signal);
        counter.add(batch, await encoders[c]!.encode(batch.activations, batch.rows), rows);
      }
      rows += batch.rows;
      for (const { piece } of batch.passages) {
        if (piece.document !== document) documents++;
        document = piece.document;
      }
      onRows(batch.rows);
    }
  } finally {
    encoders.forEach((encoder) => encoder.dispose());
  }
  if (rows === 0) throw nothingHeldOut(activations!.holdout);
  return { rows, documents };
}

function nothingHeldOut(holdout: number): SaeLabError {
  return new SaeLabError('run.nothing-held-out', {
    problem: 'no document is held out, so there is nothing to evaluate on',
    field: 'evaluation.holdout',
    expected: 'a fraction that holds out at least one document',
    received: String(holdout),
    fix: 'Extract more documents, or raise evaluation.holdout.',
  });
}
