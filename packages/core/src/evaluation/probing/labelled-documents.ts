import { SaeLabError } from '@sae-lab/errors';
import type { OpenedDataset } from '../../activations/extraction/dataset/open-dataset.ts';
import { stopIfAsked } from '../../stop.ts';

export interface LabelledDocument {
  readonly index: number;
  readonly line: number;
  readonly text: string;
  readonly label: string;
}

/**
 * Reads the documents of a dataset with their labels: any column of single values. Documents without text are left out.
 *
 * @throws {SaeLabError} `evaluation.no-labels` if there is no such column, `dataset.*`, `run.stopped`
 */
export async function* labelledDocuments(
  dataset: OpenedDataset,
  labelColumn: string,
  maxDocuments: number,
  signal?: AbortSignal,
): AsyncGenerator<LabelledDocument> {
  if (dataset.spec.kind === 'text') throw noLabels('a text file has no columns', labelColumn);
  // The same documents in the same order, read once for each column.
  const labels = dataset.read({ signal, column: labelColumn, anyValue: true }).documents();
  let read = 0;
  try {
    for await (const { index, line, text } of dataset.read({ signal }).documents()) {
      await stopIfAsked(signal);
      const { value, done } = await nextLabel(labels, labelColumn);
      if (done === true) throw noLabels('the column of labels is shorter than that of texts', labelColumn);
      // Buffers of a random order that are limited by their text hold other documents of a shorter column.
      if (value.line !== line)
        throw noLabels('shuffle.buffer holds more text than memory allows', labelColumn);
      if (text !== '') yield { index, line, text, label: value.text };
      read += 1;
      if (read >= maxDocuments) return;
    }
  } finally {
    await labels.return(undefined);
  }
}

async function nextLabel<T>(labels: AsyncGenerator<T>, labelColumn: string): Promise<IteratorResult<T>> {
  try {
    return await labels.next();
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    if (error.code !== 'dataset.no-text-column' && error.code !== 'dataset.bad-line') throw error;
    throw noLabels(error.details.problem, labelColumn, error);
  }
}

function noLabels(problem: string, labelColumn: string, cause?: SaeLabError): SaeLabError {
  return new SaeLabError('evaluation.no-labels', {
    problem: `the dataset has no usable labels: ${problem}`,
    field: 'probing.labelColumn',
    expected: cause?.details.expected ?? 'a column of texts or numbers',
    received: labelColumn,
    fix: 'Name the column with labelColumn, or a labelled dataset with dataset.',
    cause,
  });
}
