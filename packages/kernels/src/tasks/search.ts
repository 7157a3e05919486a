/** A search for entries, encoded as numbers to be passed to other threads. */

export interface Operands {
  /** Offsets of x [rows, width], W [columns, width] and the bias [columns]. */
  readonly x: number;
  readonly W: number;
  readonly bias: number | undefined;
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
}

/** What all slabs of a search share. Every field is a number or an offset in memory. */
export interface Search {
  readonly x: number;
  readonly W: number;
  /** 0 if there is none. */
  readonly bias: number;
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
  /** Slabs into which the rows are cut. */
  readonly slabs: number;
  /** Most rows per slab. */
  readonly step: number;
  /** Scratch for the pre-activations of a slab, one per thread: [threads, step, columns]. */
  readonly z: number;
  /** x and W quantised to 8 bits, [rows, width] and [width, columns], and statistics of each row; 0 if not screened. */
  readonly xQuantised: number;
  readonly WQuantised: number;
  readonly xStats: number;
  readonly WStats: number;
  readonly choices: readonly Choice[];
}

export interface Choice {
  /** The columns that may be chosen, ascending; 0 for all. */
  readonly names: number;
  /** The number of these columns. */
  readonly allowed: number;
  /** In a screened search with a mask: the allowed columns' rows of W and their bias, and scratch for their products. */
  readonly W: number;
  readonly bias: number;
  readonly z: number;
  /** A lower bound for each allowed column; 0 to use `bound` for all. */
  readonly lowest: number;
  readonly bound: number;
  /** Most entries per row; 0 for no limit. */
  readonly k: number;
  /** Most rows searched at a time, so that the entries found stay in the cache. */
  readonly block: number;
  /** Scratch for the search, one per thread: [threads, SCRATCH · (columns + 2)]. */
  readonly scratch: number;
  /** Scratch for the entries found in a block: [threads, 2, foundCapacity]. */
  readonly found: number;
  readonly foundCapacity: number;
  /** Entries of each row, [rows], written. */
  readonly rowCount: number;
  /** Index of each row's first entry, [rows], written. */
  readonly starts: number;
  /** The number of entries found so far, including those beyond the capacity. */
  readonly total: number;
  /** All entries, blocks in any order: columns and values, [capacity] each. */
  readonly columnOf: number;
  readonly values: number;
  readonly capacity: number;
}

/** Scratch numbers per column. */
export const SCRATCH = 7;

const COMMON = [
  'x',
  'W',
  'bias',
  'rows',
  'width',
  'columns',
  'slabs',
  'step',
  'z',
  'xQuantised',
  'WQuantised',
  'xStats',
  'WStats',
] as const;
const OF_CHOICE = [
  'names',
  'allowed',
  'W',
  'bias',
  'z',
  'lowest',
  'bound',
  'k',
  'block',
  'scratch',
  'found',
  'foundCapacity',
  'rowCount',
  'starts',
  'total',
  'columnOf',
  'values',
  'capacity',
] as const;

export function searchArguments(search: Search): number[] {
  const { choices } = search;
  const common = COMMON.map((name) => search[name]);
  return [...common, choices.length, ...choices.flatMap((choice) => OF_CHOICE.map((name) => choice[name]))];
}

export function searchOf(args: ArrayLike<number>): Search {
  const read = <Name extends string>(names: readonly Name[], from: number): Record<Name, number> =>
    Object.fromEntries(names.map((name, i) => [name, args[from + i]])) as Record<Name, number>;
  const first = COMMON.length + 1;
  const choices = Array.from({ length: args[COMMON.length]! }, (_, i) =>
    read(OF_CHOICE, first + i * OF_CHOICE.length),
  );
  return { ...read(COMMON, 0), choices };
}
