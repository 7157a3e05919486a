/** Pre-activations made, searched and overwritten, some rows at a time: the whole matrix never exists. */
import * as tf from '@tensorflow/tfjs';
import type { Heap, Room } from '../../heap/heap.ts';
import { isWorthScreening, NO_SCREENING, screening } from './screening.ts';
import { SCRATCH, searchArguments, type Choice, type Operands, type Search } from '../../tasks/search.ts';
import type { SparseTensor } from '../sparse-kernels.ts';
import type { EntryChoice } from '../support.ts';

/** Numbers in the histogram of the kernel that keeps the largest of all. */
const HISTOGRAM = 65_536;
/** Entries searched at once where there is no limit on what is found. */
const BLOCK_ENTRIES = 65_536;
/** Of a slab's entries, those that a screen leaves in doubt and there is room for. */
const SCREENED_SHARE = 1 / 8;
/** Rows from which the size that is among the largest of a batch is guessed. */
const SAMPLED_ROWS = 64;
/** Room for so many entries more than are expected, so that a search is seldom repeated. */
const SLACK = 1.5;
/** The sample's bound is one that so many times as many are likely to exceed as are wanted. */
const GUESS = 1.25;
/** A guess that was too high is lowered to this share of it. */
const LOWER = 0.8;
/** Of all entries, at most: where more are chosen, another way is faster. */
const MOST_DENSITY = 0.12;
/** Room for so many times the share of entries that was said to be expected. */
const SPARE = 3;

/** Rows of a slab of a small batch: fewer take less than it takes to prepare W. */
const LEAST_ROWS = 128;

/**
 * In how many slabs to cut a batch. Smaller ones would have the product prepare W too often, larger ones not stay in the
 * cache; and a small batch is shared out all the same. It must not depend on the number of threads: the bits of a product
 * can depend on the number of its rows.
 */
export function slabsOf(rows: number, columns: number, least = LEAST_ROWS): { slabs: number; step: number } {
  const fitting = columns <= 16_384 ? 256 : 128;
  const slabs = Math.max(Math.ceil(rows / fitting), Math.min(8, Math.floor(rows / least)), 1);
  return { slabs, step: Math.ceil(rows / slabs) };
}

type Slabs = Omit<Search, 'choices'>;

/**
 * @param density the share of entries that an open choice is expected to find, where it is known
 */
export function selectInSlabs(
  heap: Heap,
  operands: Operands,
  choices: readonly EntryChoice[],
  density?: number,
): SparseTensor[] {
  return heap.withRoom((room) => {
    const { rows, columns, bias = 0 } = operands;
    const cut = slabsOf(rows, columns);
    const allowed = choices.map((choice) => allowedColumns(choice, columns));
    const screened = isWorthScreening(operands, choices, allowed, density)
      ? screening(heap, room, operands)
      : undefined;
    const search = {
      ...operands,
      ...cut,
      ...(screened ?? NO_SCREENING),
      bias,
      z: room.take(heap.team.threads * cut.step * columns),
    };
    const wanted = choices.map((choice, i) => {
      const bound = choice.kind === 'batchTopK' ? guessedBound(heap, room, search, choice, allowed[i]!) : 0;
      return wantedOf(heap, room, search, choice, allowed[i]!, bound, density);
    });
    return searchAll(heap, search, wanted);
  });
}

/** A choice before there is room for what it finds. */
interface Wanted {
  readonly choice: Omit<Choice, 'columnOf' | 'values' | 'capacity'>;
  readonly capacity: number;
  /** Entries to keep of all that are found. */
  readonly most: number;
}

function wantedOf(
  heap: Heap,
  room: Room,
  search: Slabs,
  choice: EntryChoice,
  allowed: Int32Array,
  bound: number,
  density?: number,
): Wanted {
  const { rows, columns, step } = search;
  const threads = heap.team.threads;
  const count = allowed.length;
  // 0 is no limit; from all allowed ones on there is none either.
  const k = choice.kind === 'topK' && choice.k < count ? choice.k : 0;
  const isScreened = search.xWhole !== 0 && choice.among === undefined;
  const { block, found } = blockOf(k, isScreened, step, count);
  const most = choice.kind === 'batchTopK' ? choice.k * rows : Infinity;
  return {
    choice: {
      names: choice.among === undefined ? 0 : room.copy(allowed),
      allowed: count,
      ...ownProduct(heap, room, search, choice, allowed),
      lowest:
        choice.kind === 'threshold'
          ? room.copy(choice.among === undefined ? choice.lowest : gather(choice.lowest, allowed))
          : 0,
      bound,
      k,
      block,
      scratch: room.take(threads * SCRATCH * (columns + 2)),
      found: room.take(threads * 2 * found),
      room: found,
      rowCount: room.take(rows),
      starts: room.take(rows),
      total: room.take(1),
    },
    capacity: Math.ceil(
      Math.min(rows * count, k > 0 ? rows * k : expected(choice, most, rows * count, density)),
    ),
    most,
  };
}

/** How many rows are searched at once, and room for what is found in them: a number more than is kept may be written. */
function blockOf(
  k: number,
  isScreened: boolean,
  step: number,
  count: number,
): { block: number; found: number } {
  if (isScreened) {
    // It stops where there is no room for two more rows.
    return { block: step, found: Math.ceil(Math.max(2 * count, SCREENED_SHARE * step * count)) + 1 };
  }
  if (k > 0) return { block: step, found: step * k + count + 1 };
  const block = Math.max(1, Math.min(step, Math.floor(BLOCK_ENTRIES / Math.max(count, 1))));
  return { block, found: block * count + 1 };
}

/** What screening leaves out: few columns, of which most are chosen. */
function ownProduct(
  heap: Heap,
  room: Room,
  { W, bias, width, step, xWhole }: Slabs,
  { among }: EntryChoice,
  allowed: Int32Array,
): Pick<Choice, 'W' | 'bias' | 'z'> {
  if (xWhole === 0 || among === undefined) return { W: 0, bias: 0, z: 0 };
  const rows = room.take(allowed.length * width);
  const offsets = bias === 0 ? 0 : room.take(allowed.length);
  allowed.forEach((column, i) => {
    heap.floats(rows + i * width * 4, width).set(heap.floats(W + column * width * 4, width));
    if (bias !== 0) heap.floats(offsets + i * 4, 1)[0] = heap.floats(bias + column * 4, 1)[0]!;
  });
  return { W: rows, bias: offsets, z: room.take(heap.team.threads * step * allowed.length) };
}

function expected({ among }: EntryChoice, most: number, all: number, density = MOST_DENSITY): number {
  // The few latents of a mask may all be on.
  if (among !== undefined) return all;
  return most < Infinity ? 2 * SLACK * most : Math.min(MOST_DENSITY, SPARE * density) * all;
}

/** Searches until all that is found has room and is enough; then puts it in order. */
function searchAll(heap: Heap, search: Slabs, wanted: readonly Wanted[], attempt = 1): SparseTensor[] {
  return heap.withRoom((room) => {
    const choices = wanted.map(({ choice, capacity }) => {
      heap.ints(choice.total, 1)[0] = 0;
      return { ...choice, columnOf: room.take(capacity), values: room.take(capacity), capacity };
    });
    heap.team.run('searchSlab', search.slabs, searchArguments({ ...search, choices }));
    const totals = choices.map(({ total }) => heap.ints(total, 1)[0]!);
    const isEnough = (i: number): boolean => choices[i]!.bound === 0 || totals[i]! >= wanted[i]!.most;
    if (choices.every(({ capacity }, i) => totals[i]! <= capacity && isEnough(i))) {
      return choices.map((choice, i) => inOrder(heap, search, choice, totals[i]!, wanted[i]!.most));
    }
    const larger = wanted.map(({ choice, capacity, most }, i) => ({
      // The guess was too high: at last, without one, all that is needed is found.
      choice: { ...choice, bound: isEnough(i) ? choice.bound : attempt === 3 ? 0 : LOWER * choice.bound },
      capacity: Math.max(capacity, totals[i]!),
      most,
    }));
    return searchAll(heap, search, larger, attempt + 1);
  });
}

/**
 * A size that the largest entries of a batch are likely to exceed, from its first rows: what is smaller need not be kept.
 * 0 where guessing is not worth it.
 */
function guessedBound(
  heap: Heap,
  room: Room,
  search: Slabs,
  { k, among }: EntryChoice & { kind: 'batchTopK' },
  allowed: Int32Array,
): number {
  const rows = SAMPLED_ROWS;
  const kept = Math.ceil(GUESS * k * rows);
  if (search.rows < 4 * rows || k === 0 || kept >= rows * allowed.length) return 0;
  const sample = { ...search, ...NO_SCREENING, rows, ...slabsOf(rows, search.columns, rows / 2) };
  const open: EntryChoice = { kind: 'positive', ...(among && { among }) };
  const { choice } = wantedOf(heap, room, sample, open, allowed, 0);
  const [found] = searchAll(heap, sample, [{ choice, capacity: rows * allowed.length, most: kept }]);
  const { values, support } = found!;
  let least = Infinity;
  // Not-a-number, which counts as the largest, is no bound.
  for (const value of heap.view(values)) if (value < least) least = value;
  tf.dispose([values, support.rowStart, support.columnOf]);
  // Fewer than are wanted of the whole batch: there may be none to spare.
  return values.size < kept ? 0 : least * (1 - 2 ** -20);
}

/** The entries row after row, and of all at most the `most` largest. */
function inOrder(
  heap: Heap,
  { rows, columns }: Slabs,
  { rowCount, starts, columnOf, values }: Choice,
  total: number,
  most: number,
): SparseTensor {
  const arrange = (intoColumns: number, intoValues: number): void =>
    heap.run.arrange(rows, rowCount, starts, columnOf, values, intoColumns, intoValues);
  const count = Math.min(total, most);
  const found = {
    rowStart: heap.makeWhole(rows + 1),
    columnOf: heap.makeWhole(count),
    values: heap.make([1, count]) as tf.Tensor2D,
  };
  if (total <= most) arrange(heap.at(found.columnOf), heap.at(found.values));
  else {
    heap.withRoom((room) => {
      const [places, numbers] = [room.take(total), room.take(total)];
      arrange(places, numbers);
      heap.run.keepLargestOfAll(most, total, rows, rowCount, places, numbers, room.take(HISTOGRAM));
      heap.viewWhole(found.columnOf).set(heap.ints(places, count));
      heap.view(found.values).set(heap.floats(numbers, count));
    });
  }
  heap.run.startRows(rows, rowCount, heap.at(found.rowStart));
  const { values: numbers, ...where } = found;
  return { support: { rows, columns, ...where }, values: numbers };
}

function gather(numbers: Float32Array, places: Int32Array): Float32Array {
  return Float32Array.from(places, (place) => numbers[place]!);
}

function allowedColumns(choice: EntryChoice, columns: number): Int32Array {
  if ('k' in choice && choice.k === 0) return new Int32Array(0);
  const all = new Int32Array(columns);
  for (let column = 0; column < columns; column++) all[column] = column;
  const { among } = choice;
  return among === undefined ? all : all.filter((column) => among[column] !== 0);
}
