import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { ExtractionSettings } from '../extraction-settings.ts';
import type { OpenedDataset } from './open-dataset.ts';
import { piecesOf } from './pieces.ts';

export interface DatasetEstimate {
  readonly rows: number;
  /** Number of tokens that the model will process. */
  readonly tokens: number;
}

/** Number of documents whose tokens are counted. */
const SAMPLE = 64;
/** Bytes of the files that are read to estimate the number of documents. */
const READ_BYTES = 512 * 1024;

/** Estimates the size of a dataset's activations from its first documents. Exact for at most 64 documents. */
export async function estimateDataset(
  dataset: OpenedDataset,
  tokenizer: TextTokenizer,
  settings: ExtractionSettings,
): Promise<DatasetEstimate> {
  const { spec, bytes } = dataset;
  const reader = dataset.read();
  let read = 0;
  let rows = 0;
  let tokens = 0;
  let isWhole = true;
  for await (const document of reader.documents()) {
    read++;
    if (read <= SAMPLE) {
      for (const piece of piecesOf(document, tokenizer, settings)) {
        rows += piece.selected.length;
        tokens += piece.tokens.length;
      }
    } else if (reader.fractionRead() * bytes >= READ_BYTES) {
      isWhole = false;
      break;
    }
  }
  const all = isWhole ? read : Math.min(spec.documents ?? Infinity, read / reader.fractionRead());
  const scale = all / Math.min(read, SAMPLE);
  const estimate = { rows: Math.ceil(rows * scale), tokens: Math.ceil(tokens * scale) };
  const kept = settings.maxRows === undefined ? 1 : Math.min(1, settings.maxRows / estimate.rows);
  return { rows: Math.ceil(estimate.rows * kept), tokens: Math.ceil(estimate.tokens * kept) };
}
