import type { ExtractionSettings } from '../../activations/extraction/extraction-settings.ts';
import { piecesOf, type Piece } from '../../activations/extraction/dataset/pieces.ts';
import { batchesOf } from '../../activations/extraction/dataset/windows.ts';
import type { ActivationSession } from '../../activations/extraction/model/activation-session.ts';
import type { OpenedModel } from '../../activations/extraction/model/opened-model.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { stopIfAsked } from '../../stop.ts';
import type { Subject } from '../contract.ts';
import { encodedSlices } from '../encoded-slices.ts';
import type { DocumentMatrix } from './columns.ts';
import type { LabelledDocument } from './labelled-documents.ts';

/** Mean activations and mean codes of documents, over their tokens without special ones. */
export interface DocumentMeans {
  /** [documents, dIn] */
  readonly raw: DocumentMatrix;
  /** [documents, dSae] for each SAE */
  readonly codes: readonly DocumentMatrix[];
  /** Tokens that the means are over. */
  readonly tokens: number;
}

/** The first piece of a document, as the extraction would cut it, with all its tokens that are not special. */
export function firstPiece(
  document: LabelledDocument,
  model: OpenedModel,
  settings: ExtractionSettings,
): Piece | undefined {
  const all = { ...settings, tokens: 'all', includeSpecialTokens: false, context: 'truncate' } as const;
  const [piece] = piecesOf(document, model.tokenizer, all);
  return piece === undefined || piece.selected.length === 0 ? undefined : piece;
}

/**
 * Runs the model over the pieces and encodes their activations with every SAE.
 *
 * @param session of one hook of width dIn
 * @param onDocuments called with the number of documents after each batch
 * @throws {SaeLabError} `run.stopped`
 */
export async function documentMeans(
  pieces: readonly Piece[],
  session: ActivationSession,
  saes: readonly Subject[],
  dIn: number,
  batchTokens: number,
  { signal, onDocuments }: { signal?: AbortSignal | undefined; onDocuments: (done: number) => void },
): Promise<DocumentMeans> {
  const matrix = (columns: number): DocumentMatrix => ({
    columns,
    data: new Float32Array(pieces.length * columns),
  });
  const raw = matrix(dIn);
  const codes = saes.map(({ sae }) => matrix(sae.dSae));
  const encoders = saes.map(({ sae }) => new SparseEncoder(sae));
  let tokens = 0;
  let done = 0;
  try {
    for (const batch of batchesOf(pieces, batchTokens)) {
      await stopIfAsked(signal);
      const result = await session.run(batch.map((index) => pieces[index]!.tokens));
      for (const [b, index] of batch.entries()) {
        const { selected } = pieces[index]!;
        const x = new Float32Array(selected.length * dIn);
        selected.forEach((position, row) => {
          const from = (b * result.tokens + position) * dIn;
          x.set(result.activations[0]!.subarray(from, from + dIn), row * dIn);
        });
        raw.data.set(meanOfRows(x, dIn), index * dIn);
        for (const [i, encoder] of encoders.entries()) {
          codes[i]!.data.set(await meanCode(encoder, x), index * encoder.sae.dSae);
        }
        tokens += selected.length;
      }
      done += batch.length;
      onDocuments(done);
    }
  } finally {
    for (const encoder of encoders) encoder.dispose();
  }
  return { raw, codes, tokens };
}

function meanOfRows(x: Float32Array, columns: number): Float64Array {
  const mean = new Float64Array(columns);
  const rows = x.length / columns;
  x.forEach((value, i) => (mean[i % columns]! += value / rows));
  return mean;
}

async function meanCode(encoder: SparseEncoder, x: Float32Array): Promise<Float64Array> {
  const { dIn, dSae } = encoder.sae;
  const rows = x.length / dIn;
  const mean = new Float64Array(dSae);
  for await (const { code } of encodedSlices(encoder, x)) {
    code.values.forEach((value, entry) => (mean[code.latentOf[entry]!]! += value / rows));
  }
  return mean;
}
