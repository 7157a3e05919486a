/** How a choice of entries is searched, and how much scratch that takes. */
import type { Heap, Scratch } from '../../heap/heap.ts';
import { SCRATCH, type Choice, type Search } from '../../tasks/search.ts';
import type { EntryChoice } from '../support.ts';

/** Entries searched at a time by a choice without a limit. */
const BLOCK_ENTRIES = 65_536;
/** Share of a slab's entries that screening may leave undecided. */
const SCREENED_SHARE = 1 / 8;
/** Capacity relative to the expected number of entries, so that a search is rarely repeated. */
const SLACK = 1.5;
/** Largest share of entries expected of a choice without a limit; above it dense products are faster. */
const MOST_DENSITY = 0.12;
/** Capacity relative to the number of entries at the expected density. */
const SPARE = 3;

export type Slabs = Omit<Search, 'choices'>;

/** A choice before the result is allocated. */
export interface PlannedChoice {
  readonly choice: Omit<Choice, 'columnOf' | 'values' | 'capacity'>;
  readonly capacity: number;
  /** Most entries to keep. */
  readonly most: number;
}

/**
 * @param allowed the columns that may be chosen
 * @param bound a value that every entry must exceed
 * @param density the share of entries that a choice without a limit is expected to find, if known
 */
export function planChoice(
  heap: Heap,
  scratch: Scratch,
  search: Slabs,
  choice: EntryChoice,
  { allowed, bound, density }: { allowed: Int32Array; bound: number; density?: number | undefined },
): PlannedChoice {
  const { rows, columns, step } = search;
  const threads = heap.team.threads;
  const count = allowed.length;
  // 0 means no limit, and so does a k that covers all allowed columns.
  const k = choice.kind === 'topK' && choice.k < count ? choice.k : 0;
  const isScreened = search.xQuantised !== 0 && choice.mask === undefined;
  const { block, foundCapacity } = blockOf(k, isScreened, step, count);
  const most = choice.kind === 'batchTopK' ? choice.k * rows : Infinity;
  return {
    choice: {
      names: choice.mask === undefined ? 0 : scratch.copy(allowed),
      allowed: count,
      ...ownProduct(heap, scratch, search, choice, allowed),
      lowest:
        choice.kind === 'threshold'
          ? scratch.copy(choice.mask === undefined ? choice.lowest : gather(choice.lowest, allowed))
          : 0,
      bound,
      k,
      block,
      scratch: scratch.allocate(threads * SCRATCH * (columns + 2)),
      found: scratch.allocate(threads * 2 * foundCapacity),
      foundCapacity,
      rowCount: scratch.allocate(rows),
      starts: scratch.allocate(rows),
      total: scratch.allocate(1),
    },
    capacity: Math.ceil(
      Math.min(rows * count, k > 0 ? rows * k : expected(choice, most, rows * count, density)),
    ),
    most,
  };
}

/** The columns that a choice allows, ascending. */
export function allowedColumns(choice: EntryChoice, columns: number): Int32Array {
  if ('k' in choice && choice.k === 0) return new Int32Array(0);
  const all = new Int32Array(columns);
  for (let column = 0; column < columns; column++) all[column] = column;
  const { mask } = choice;
  return mask === undefined ? all : all.filter((column) => mask[column] !== 0);
}

/** Rows searched at a time, and the capacity for their entries. A kernel may write one entry more than it keeps. */
function blockOf(
  k: number,
  isScreened: boolean,
  step: number,
  count: number,
): { block: number; foundCapacity: number } {
  if (isScreened) {
    // The kernel stops when two more rows may not fit.
    return { block: step, foundCapacity: Math.ceil(Math.max(2 * count, SCREENED_SHARE * step * count)) + 1 };
  }
  if (k > 0) return { block: step, foundCapacity: step * k + count + 1 };
  const block = Math.max(1, Math.min(step, Math.floor(BLOCK_ENTRIES / Math.max(count, 1))));
  return { block, foundCapacity: block * count + 1 };
}

/** A choice with a mask is not screened: it has few columns, and most of them are chosen. */
function ownProduct(
  heap: Heap,
  scratch: Scratch,
  { W, bias, width, step, xQuantised }: Slabs,
  { mask }: EntryChoice,
  allowed: Int32Array,
): Pick<Choice, 'W' | 'bias' | 'z'> {
  if (xQuantised === 0 || mask === undefined) return { W: 0, bias: 0, z: 0 };
  const rows = scratch.allocate(allowed.length * width);
  const biases = bias === 0 ? 0 : scratch.allocate(allowed.length);
  allowed.forEach((column, i) => {
    heap.floats(rows + i * width * 4, width).set(heap.floats(W + column * width * 4, width));
    if (bias !== 0) heap.floats(biases + i * 4, 1)[0] = heap.floats(bias + column * 4, 1)[0]!;
  });
  return { W: rows, bias: biases, z: scratch.allocate(heap.team.threads * step * allowed.length) };
}

function expected({ mask }: EntryChoice, most: number, all: number, density = MOST_DENSITY): number {
  // All latents of a mask may be active.
  if (mask !== undefined) return all;
  return most < Infinity ? 2 * SLACK * most : Math.min(MOST_DENSITY, SPARE * density) * all;
}

function gather(numbers: Float32Array, indices: Int32Array): Float32Array {
  return Float32Array.from(indices, (index) => numbers[index]!);
}
