/** Checks, before the model runs, that the holdout leaves documents for both training and evaluation. */
import { SaeLabError } from '@sae-lab/errors';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { ExtractionSettings } from '../extraction-settings.ts';
import { membership, SPLIT_SEED } from '../../store/holdout.ts';
import type { Document } from './documents.ts';
import type { OpenedDataset } from './open-dataset.ts';
import { documentHash, piecesOf } from './pieces.ts';

/**
 * Checks a dataset. Reads texts until there is one on each side.
 *
 * @throws {SaeLabError} `dataset.one-sided`, and what reading the dataset throws
 */
export async function requireBothSides(dataset: OpenedDataset, holdout: number): Promise<void> {
  const hashes = hashesOf(dataset.read().documents());
  await requireSides(hashes, holdout, {
    what: 'document',
    fix: dataset.spec.kind === 'text' ? 'Separate the documents by blank lines' : 'Take more documents',
  });
}

/** Checks the documents of the first `maxRows` activations. */
export async function requireBothSidesOfRows(
  dataset: OpenedDataset,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings & { readonly maxRows: number },
  holdout: number,
): Promise<void> {
  const hashes = hashesOf(withinRows(dataset.read().documents(), tokenizer, settings));
  await requireSides(hashes, holdout, {
    what: 'document',
    within: ` in the first ${settings.maxRows} activations`,
    fix: 'Raise maxRows',
  });
}

/**
 * @param hashes of the documents
 * @param words `what` is the word for a document; `fix` tells the user what to do if there are too few
 */
export async function requireSides(
  hashes: AsyncIterable<number> | Iterable<number>,
  holdout: number,
  { what, within = '', fix }: { what: string; within?: string; fix: string },
): Promise<void> {
  const isHeldOut = membership({ holdout, seed: SPLIT_SEED, part: 'held-out' });
  if (isHeldOut === undefined) return;
  let documents = 0;
  let heldOut = 0;
  for await (const hash of hashes) {
    documents++;
    if (isHeldOut(hash)) heldOut++;
    if (heldOut > 0 && heldOut < documents) return;
  }
  // The estimate reports a dataset without text.
  if (documents === 0) return;
  const found =
    documents === 1
      ? `there is only one ${what}${within}`
      : `${heldOut === 0 ? 'none' : 'all'} of ${documents} ${what}s${within} would be held out`;
  throw new SaeLabError('dataset.one-sided', {
    problem: `${found}; a document and its duplicates are either held out or trained on`,
    field: 'evaluation.holdout',
    expected: 'documents on both sides',
    received: String(holdout),
    fix: `${fix}${documents === 1 ? '' : ', change the fraction'}, or set evaluation.holdout to 0 to evaluate on the training activations.`,
  });
}

async function* hashesOf(documents: AsyncIterable<Document>): AsyncGenerator<number> {
  for await (const { text } of documents) if (text.trim() !== '') yield documentHash(text);
}

async function* withinRows(
  documents: AsyncIterable<Document>,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings & { readonly maxRows: number },
): AsyncGenerator<Document> {
  let rows = 0;
  for await (const document of documents) {
    const pieces = piecesOf(document, tokenizer, settings);
    const given = pieces.reduce((count, { selected }) => count + selected.length, 0);
    if (given > 0) yield document;
    rows += given;
    if (rows >= settings.maxRows) return;
  }
}
