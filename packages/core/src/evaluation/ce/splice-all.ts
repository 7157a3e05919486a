import type { SplicedModel } from '../../activations/extraction/model/splice/spliced-model.ts';
import { activationsNotFinite } from '../../activations/unusable-activations.ts';
import type { SparseEncoder } from '../../sae/sparse-encoder.ts';
import type { CeSettings } from './ce-settings.ts';
import { reconstruct } from './reconstruct.ts';
import type { TextBatch } from './text-batches.ts';

/** Losses of each evaluated token of a batch, in nats. */
export interface BatchLosses {
  readonly clean: Float32Array;
  readonly zero: SpliceLoss;
  readonly mean: SpliceLoss;
  /** In the order of the SAEs. */
  readonly saes: readonly SpliceLoss[];
}

interface SpliceLoss {
  readonly loss: Float32Array;
  /** KL(clean‖spliced) */
  readonly divergence: Float32Array;
}

interface Spliced {
  readonly saes: readonly SparseEncoder[];
  /** The mean activation, [dIn]. */
  readonly mean: Float32Array;
  readonly settings: CeSettings;
}

/**
 * Runs a batch up to the hook once, and the rest unedited, ablated and with each SAE.
 *
 * @throws {SaeLabError} `activations.not-finite`, `model.unrunnable`
 */
export async function spliceAll(
  model: SplicedModel,
  { pieces, rows }: TextBatch,
  { saes, mean, settings }: Spliced,
): Promise<BatchLosses> {
  const batch = await model.begin(pieces.map(({ piece }) => piece.tokens));
  const dIn = mean.length;
  const places = new BigInt64Array(2 * rows);
  const targets = new BigInt64Array(rows);
  const x = new Float32Array(rows * dIn);
  let row = 0;
  for (const [sequence, { piece, positions }] of pieces.entries()) {
    for (const position of positions) {
      places[2 * row] = BigInt(sequence);
      places[2 * row + 1] = BigInt(position);
      targets[row] = BigInt(piece.tokens[position + 1]!);
      const from = (sequence * batch.tokens + position) * dIn;
      x.set(batch.activations.subarray(from, from + dIn), row * dIn);
      row++;
    }
  }
  if (!x.every(Number.isFinite)) throw activationsNotFinite('evaluation');

  const splices: ((into: Float32Array) => void | Promise<void>)[] = [
    (into) => void into.fill(0),
    (into) => {
      for (let r = 0; r < rows; r++) into.set(mean, r * dIn);
    },
    ...saes.map((sae) => (into: Float32Array) => reconstruct(sae, x, into)),
  ];
  // The patches keep to the bound of the logits too.
  const perRun = Math.max(1, Math.floor(settings.maxLogits / x.length));
  const losses: SpliceLoss[] = [];
  let clean = new Float32Array(0);
  for (let first = 0; first < splices.length; first += perRun) {
    const some = splices.slice(first, first + perRun);
    const patches = new Float32Array(some.length * x.length);
    for (const [i, splice] of some.entries()) {
      await splice(patches.subarray(i * x.length, (i + 1) * x.length));
    }
    const found = await batch.losses({ rows: places, targets, patches, count: some.length });
    clean = new Float32Array(found.clean);
    some.forEach((_, i) => {
      const [start, end] = [i * rows, (i + 1) * rows];
      losses.push({
        loss: found.spliced.subarray(start, end),
        divergence: found.divergence.subarray(start, end),
      });
    });
  }
  const [zero, means, ...rest] = losses;
  return { clean, zero: zero!, mean: means!, saes: rest };
}
