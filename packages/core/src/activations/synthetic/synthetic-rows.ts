import { setImmediate } from 'node:timers/promises';
import { seeded, type Random } from '../../random/seeded.ts';
import type { DatasetPosition } from '../extraction/dataset/windows.ts';
import { emptyColumns, type WindowRows } from '../store/activation-writer.ts';
import { activeFeatures } from './active-features.ts';
import type { SyntheticSpec } from './synthetic-spec.ts';
import { trueDirections } from './true-directions.ts';

/** Number of consecutive rows that are held out together, like those of a document. */
export const DOCUMENT_ROWS = 16;
/** Rows of a window. Each window has its own random stream, so that an interrupted synthesis can resume at any window. */
const WINDOW_ROWS = 1024;

/**
 * Yields the rows of synthetic activations in windows. A window's rows depend only on the specification and the window's
 * number.
 *
 * @param from where an earlier window began
 * @returns windows, each valid until the next one, which reuses its memory; `active` has the true features of each row
 */
export async function* syntheticWindows(
  spec: SyntheticSpec,
  from: DatasetPosition,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ rows: WindowRows; active: readonly (readonly number[])[]; end: DatasetPosition }> {
  let active: number[][] = [];
  const makeRow = rowMaker(spec, (feature) => active.at(-1)!.push(feature));
  const space = new Float32Array(WINDOW_ROWS * spec.dIn);
  const columns = emptyColumns(WINDOW_ROWS);
  for (let window = Math.floor(from.rows / WINDOW_ROWS); window * WINDOW_ROWS < spec.rows; window++) {
    // A window is one long computation. Without this turn of the event loop no signal would arrive.
    await setImmediate();
    signal?.throwIfAborted();
    const first = window * WINDOW_ROWS;
    const count = Math.min(WINDOW_ROWS, spec.rows - first);
    const random = seeded(spec.seed, 'synthetic rows', window);
    active = [];
    for (let row = 0; row < count; row++) {
      active.push([]);
      makeRow(random, space.subarray(row * spec.dIn, (row + 1) * spec.dIn));
      const document = Math.floor((first + row) / DOCUMENT_ROWS);
      columns.document_ids[row] = document;
      columns.document_hashes[row] = hashOf(document);
      columns.positions[row] = (first + row) % DOCUMENT_ROWS;
    }
    yield {
      rows: { start: placeOf(first), count, activations: space, columns },
      active,
      end: placeOf(first + count),
    };
  }
}

/** There is no text to hash. The split mixes the bits itself, so any distinct numbers work. */
function hashOf(document: number): number {
  return document;
}

/** The hashes of all "documents". */
export function* documentHashes({ rows }: SyntheticSpec): Generator<number> {
  for (let document = 0; document * DOCUMENT_ROWS < rows; document++) yield hashOf(document);
}

/** The position of a row. One row counts as one token. */
function placeOf(row: number): DatasetPosition {
  return { document: Math.ceil(row / DOCUMENT_ROWS), piece: 0, rows: row, skipped: 0, tokens: row };
}

/** Makes rows. Sums in float64 and rounds once. */
function rowMaker(
  spec: SyntheticSpec,
  onActive?: (feature: number) => void,
): (random: Random, into: Float32Array) => void {
  const { dIn, noise } = spec;
  const { data } = trueDirections(spec);
  const forEachActive = activeFeatures(spec);
  const strength = strengthLaw(spec.strengths);
  const sum = new Float64Array(dIn);
  return (random, into) => {
    sum.fill(0);
    forEachActive(random, (feature) => {
      onActive?.(feature);
      const times = strength(random);
      for (let d = 0, i = feature * dIn; d < dIn; d++, i++) sum[d]! += times * data[i]!;
    });
    if (noise > 0) for (let d = 0; d < dIn; d++) sum[d]! += noise * random.normal();
    into.set(sum);
  };
}

function strengthLaw(strengths: SyntheticSpec['strengths']): (random: Random) => number {
  switch (strengths.law) {
    case 'uniform': {
      const { low, high } = strengths;
      return (random) => high - random.uniform() * (high - low);
    }
    case 'exponential':
      return (random) => -Math.log(1 - random.uniform()) * strengths.mean;
    case 'constant':
      return () => strengths.value;
  }
}
