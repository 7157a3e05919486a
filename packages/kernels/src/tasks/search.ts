/** A search as numbers: all that another thread gets to know at once. */

export interface Operands {
  /** Places on the heap: [rows, width], [columns, width], [columns]. */
  readonly x: number;
  readonly W: number;
  readonly bias: number | undefined;
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
}

/** What a search of all slabs has in common, and each choice's own; numbers, and places in memory. */
export interface Search {
  readonly x: number;
  readonly W: number;
  /** 0 for none. */
  readonly bias: number;
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
  /** Rows are shared out among so many slabs. */
  readonly slabs: number;
  /** Most rows of a slab. */
  readonly step: number;
  /** Room for the pre-activations of a slab, one for each thread: [threads, step, columns]. */
  readonly z: number;
  /** x and W as whole numbers, [rows, width] and [width, columns], and what is said about them; 0 for no screening. */
  readonly xWhole: number;
  readonly WWhole: number;
  readonly aboutX: number;
  readonly aboutW: number;
  readonly choices: readonly Choice[];
}

export interface Choice {
  /** The columns that may be chosen, rising; 0 for all. */
  readonly names: number;
  /** How many those are. */
  readonly allowed: number;
  /** Where screening leaves the allowed columns out: their rows of W, and of the bias, and room for their products. */
  readonly W: number;
  readonly bias: number;
  readonly z: number;
  /** A bound for each allowed column, or 0: `bound` for all. */
  readonly lowest: number;
  readonly bound: number;
  /** Most entries of a row; 0 for no limit. */
  readonly k: number;
  /** Most rows searched at once, so that what is found stays in the cache. */
  readonly block: number;
  /** Room for the search, one for each thread: [threads, SCRATCH · (columns + 2)]. */
  readonly scratch: number;
  /** Room for what is found in a block: [threads, 2, room]. */
  readonly found: number;
  readonly room: number;
  /** Entries of each row, [rows], written. */
  readonly rowCount: number;
  /** Where the entries of each row begin among all, [rows], written. */
  readonly starts: number;
  /** How many entries are found so far, and also of those that had no room. */
  readonly total: number;
  /** All entries, blocks in any order: columns and values, each with room for `capacity`. */
  readonly columnOf: number;
  readonly values: number;
  readonly capacity: number;
}

/** Numbers for each column that a search has room for. */
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
  'xWhole',
  'WWhole',
  'aboutX',
  'aboutW',
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
  'room',
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
