import type { OpenedDataset } from '../activations/extraction/dataset/open-dataset.ts';
import type { Piece } from '../activations/extraction/dataset/pieces.ts';
import { DATASET_START, windowsOf } from '../activations/extraction/dataset/windows.ts';
import type { ExtractionSettings } from '../activations/extraction/extraction-settings.ts';
import type { OpenedModel } from '../activations/extraction/model/opened-model.ts';
import { membership, SPLIT_SEED } from '../activations/store/holdout.ts';
import { stopIfAsked } from '../stop.ts';

/** The held-out documents of an extraction and its language model. */
export interface HeldOutText {
  readonly model: OpenedModel;
  readonly dataset: OpenedDataset;
  readonly settings: ExtractionSettings;
  /**
   * Yields the pieces of held-out documents in document order, as the extraction cut them: each piece has the token ids
   * with the BOS token, and the positions that the extraction selected. Ends with the piece that reaches `maxTokens`
   * selected positions.
   *
   * @param signal stops between two windows with `run.stopped`
   */
  windows(options: {
    readonly maxTokens?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  }): AsyncGenerator<readonly Piece[]>;
}

/**
 * @param source what an extraction was planned with
 * @param holdout the fraction of the documents that training held out; 0 yields all documents
 */
export function heldOutText(
  source: {
    readonly model: OpenedModel;
    readonly dataset: OpenedDataset;
    readonly settings: ExtractionSettings;
  },
  holdout: number,
): HeldOutText {
  const { model, dataset, settings } = source;
  const { maxRows = Infinity } = settings;
  const isMember = membership({ holdout, seed: SPLIT_SEED, part: 'held-out' });
  return {
    model,
    dataset,
    settings,
    async *windows({ maxTokens = Infinity, signal }) {
      let tokens = 0;
      await stopIfAsked(signal);
      // Without the signal: an aborted stream emits its own error, which nobody handles while a window is evaluated.
      const documents = dataset.read({}).documents();
      for await (const window of windowsOf(documents, model.tokenizer, settings, DATASET_START)) {
        await stopIfAsked(signal);
        let { rows } = window.start;
        if (rows >= maxRows) return;
        const pieces: Piece[] = [];
        for (const piece of window.pieces) {
          // The rows beyond the extraction's limit are not activations of any run.
          if (tokens >= maxTokens || rows >= maxRows) break;
          rows += piece.selected.length;
          if (isMember?.(piece.documentHash) === false) continue;
          pieces.push(piece);
          tokens += piece.selected.length;
        }
        if (pieces.length > 0) yield pieces;
        if (tokens >= maxTokens) return;
      }
    },
  };
}
