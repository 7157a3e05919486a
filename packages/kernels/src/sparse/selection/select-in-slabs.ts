/** Pre-activations are computed, searched and overwritten one slab of rows at a time: the full matrix never exists. */
import * as tf from '@tensorflow/tfjs';
import type { Heap, Scratch } from '../../heap/heap.ts';
import { searchArguments, type Choice, type Operands } from '../../tasks/search.ts';
import type { SparseTensor } from '../sparse-kernels.ts';
import type { EntryChoice } from '../support.ts';
import { allowedColumns, planChoice, type PlannedChoice, type Slabs } from './plan-choice.ts';
import { isWorthScreening, NO_SCREENING, screening } from './screening.ts';

/** Counters in the histogram of the kernel that keeps the largest entries of a batch. */
const HISTOGRAM = 65_536;
/** Rows that are sampled to guess the bound of a batch's largest entries. */
const SAMPLED_ROWS = 64;
/** The guessed bound should let through about this many times the wanted number of entries. */
const GUESS = 1.25;
/** A guess that was too high is multiplied by this. */
const LOWER = 0.8;
/** Fewest rows per slab of a small batch: with fewer, preparing W would take longer than the product. */
const LEAST_ROWS = 128;

/**
 * How a batch is cut into slabs. Smaller slabs would prepare W too often, and larger ones would not stay in the cache. Even
 * a small batch is split among threads. The cut must not depend on the number of threads, since the bits of a product can
 * depend on its number of rows.
 */
export function slabsOf(rows: number, columns: number, least = LEAST_ROWS): { slabs: number; step: number } {
  const fitting = columns <= 16_384 ? 256 : 128;
  const slabs = Math.max(Math.ceil(rows / fitting), Math.min(8, Math.floor(rows / least)), 1);
  return { slabs, step: Math.ceil(rows / slabs) };
}

/**
 * Selects entries of x·Wᵀ + bias, for each choice.
 *
 * @param density the share of entries that a choice without a limit is expected to find, if known
 */
export function selectInSlabs(
  heap: Heap,
  operands: Operands,
  choices: readonly EntryChoice[],
  density?: number,
): SparseTensor[] {
  return heap.withScratch((scratch) => {
    const { rows, columns, bias = 0 } = operands;
    const cut = slabsOf(rows, columns);
    const allowed = choices.map((choice) => allowedColumns(choice, columns));
    const screened = isWorthScreening(operands, choices, allowed, density)
      ? screening(heap, scratch, operands)
      : undefined;
    const search = {
      ...operands,
      ...cut,
      ...(screened ?? NO_SCREENING),
      bias,
      z: scratch.allocate(heap.team.threads * cut.step * columns),
    };
    const planned = choices.map((choice, i) => {
      const columnsOf = allowed[i]!;
      const bound = choice.kind === 'batchTopK' ? guessedBound(heap, scratch, search, choice, columnsOf) : 0;
      return planChoice(heap, scratch, search, choice, { allowed: columnsOf, bound, density });
    });
    return searchAll(heap, search, planned);
  });
}

/** Searches until there are enough entries and they fit into the buffer, then sorts them. */
function searchAll(
  heap: Heap,
  search: Slabs,
  planned: readonly PlannedChoice[],
  attempt = 1,
): SparseTensor[] {
  return heap.withScratch(({ allocate }) => {
    const choices = planned.map(({ choice, capacity }) => {
      heap.ints(choice.total, 1)[0] = 0;
      return { ...choice, columnOf: allocate(capacity), values: allocate(capacity), capacity };
    });
    heap.team.run('searchSlab', search.slabs, searchArguments({ ...search, choices }));
    const totals = choices.map(({ total }) => heap.ints(total, 1)[0]!);
    const isEnough = (i: number): boolean => choices[i]!.bound === 0 || totals[i]! >= planned[i]!.most;
    if (choices.every(({ capacity }, i) => totals[i]! <= capacity && isEnough(i))) {
      return choices.map((choice, i) => inOrder(heap, search, choice, totals[i]!, planned[i]!.most));
    }
    const larger = planned.map(({ choice, capacity, most }, i) => ({
      // If the guess was too high it is lowered; the last attempt has no bound and finds everything.
      choice: { ...choice, bound: isEnough(i) ? choice.bound : attempt === 3 ? 0 : LOWER * choice.bound },
      capacity: Math.max(capacity, totals[i]!),
      most,
    }));
    return searchAll(heap, search, larger, attempt + 1);
  });
}

/**
 * A value that the largest entries of a batch are likely to exceed, from its first rows: smaller entries need not be kept.
 * 0 if guessing is not worthwhile.
 */
function guessedBound(
  heap: Heap,
  scratch: Scratch,
  search: Slabs,
  { k, mask }: EntryChoice & { kind: 'batchTopK' },
  allowed: Int32Array,
): number {
  const rows = SAMPLED_ROWS;
  const kept = Math.ceil(GUESS * k * rows);
  if (search.rows < 4 * rows || k === 0 || kept >= rows * allowed.length) return 0;
  const sample = { ...search, ...NO_SCREENING, rows, ...slabsOf(rows, search.columns, rows / 2) };
  const open: EntryChoice = { kind: 'positive', ...(mask && { mask }) };
  const { choice } = planChoice(heap, scratch, sample, open, { allowed, bound: 0 });
  const [found] = searchAll(heap, sample, [{ choice, capacity: rows * allowed.length, most: kept }]);
  const { values, support } = found!;
  let least = Infinity;
  // NaN ranks as the largest, and cannot be a bound.
  for (const value of heap.view(values)) if (value < least) least = value;
  tf.dispose([values, support.rowStart, support.columnOf]);
  // If the sample has too few entries, the batch may not have enough either.
  return values.size < kept ? 0 : least * (1 - 2 ** -20);
}

/** Arranges the entries by row, and keeps at most the `most` largest of the batch. */
function inOrder(
  heap: Heap,
  { rows, columns }: Slabs,
  { rowCount, starts, columnOf, values }: Choice,
  total: number,
  most: number,
): SparseTensor {
  const arrange = (toColumns: number, toValues: number): void =>
    heap.run.arrange(rows, rowCount, starts, columnOf, values, toColumns, toValues);
  const count = Math.min(total, most);
  const found = {
    rowStart: heap.makeInt32(rows + 1),
    columnOf: heap.makeInt32(count),
    values: heap.make([1, count]) as tf.Tensor2D,
  };
  if (total <= most) arrange(heap.offset(found.columnOf), heap.offset(found.values));
  else {
    heap.withScratch(({ allocate }) => {
      const [ofColumns, ofValues] = [allocate(total), allocate(total)];
      arrange(ofColumns, ofValues);
      heap.run.keepLargestOfAll(most, total, rows, rowCount, ofColumns, ofValues, allocate(HISTOGRAM));
      heap.viewInt32(found.columnOf).set(heap.ints(ofColumns, count));
      heap.view(found.values).set(heap.floats(ofValues, count));
    });
  }
  heap.run.startRows(rows, rowCount, heap.offset(found.rowStart));
  const { values: ofEntries, ...indices } = found;
  return { support: { rows, columns, ...indices }, values: ofEntries };
}
