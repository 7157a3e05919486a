import { shareStart, type Task } from '../threads/tasks.ts';

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
  readonly choices: readonly Choice[];
}

export interface Choice {
  /** The columns that may be chosen, rising; 0 for all. */
  readonly names: number;
  /** How many those are. */
  readonly allowed: number;
  /** A bound for each allowed column, or 0: `bound` for all. */
  readonly lowest: number;
  readonly bound: number;
  /** Most entries of a row; 0 for no limit. */
  readonly k: number;
  /** Rows searched at once, so that what is found stays in the cache. */
  readonly block: number;
  /** Room for the search, one for each thread: [threads, 2 · columns]. */
  readonly scratch: number;
  /** Room for what is found in a block: [threads, 2, room]. */
  readonly found: number;
  readonly room: number;
  /** Entries of each row, [rows], written. */
  readonly rowCount: number;
  /** Where the entries of each block begin among all, [slabs, blocks], written. */
  readonly starts: number;
  /** How many entries are found so far, and also of those that had no room. */
  readonly total: number;
  /** All entries, blocks in any order: columns and values, each with room for `capacity`. */
  readonly columnOf: number;
  readonly values: number;
  readonly capacity: number;
}

const COMMON = ['x', 'W', 'bias', 'rows', 'width', 'columns', 'slabs', 'step', 'z'] as const;
const OF_CHOICE = [
  'names',
  'allowed',
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

function searchOf(args: ArrayLike<number>): Search {
  const read = <Name extends string>(names: readonly Name[], from: number): Record<Name, number> =>
    Object.fromEntries(names.map((name, i) => [name, args[from + i]])) as Record<Name, number>;
  const first = COMMON.length + 1;
  const choices = Array.from({ length: args[COMMON.length]! }, (_, i) => read(OF_CHOICE, first + i * OF_CHOICE.length));
  return { ...read(COMMON, 0), choices };
}

/** Pre-activations of some rows, and what each choice takes of them; `part` is the slab. */
export const searchSlab: Task = (machine, args, part) => {
  const { x, W, bias, rows, width, columns, slabs, step, z: rooms, choices } = searchOf(args);
  const from = shareStart(rows, slabs, part);
  const m = shareStart(rows, slabs, part + 1) - from;
  const z = rooms + machine.thread * step * columns * 4;
  machine.gemm({
    a: machine.floats(x + from * width * 4, m * width),
    b: machine.floats(W, columns * width),
    out: machine.floats(z, m * columns),
    ...(bias !== 0 && { bias: machine.floats(bias, columns) }),
    m,
    n: columns,
    k: width,
    transposeA: false,
    transposeB: true,
  });
  for (const choice of choices) {
    const { names, allowed, lowest, bound, k, block, room, capacity } = choice;
    const scratch = choice.scratch + machine.thread * 2 * columns * 4;
    const columnsFound = choice.found + machine.thread * 2 * room * 4;
    const valuesFound = columnsFound + room * 4;
    const blocks = Math.ceil(step / block);
    const starts = machine.ints(choice.starts + part * blocks * 4, blocks);
    const total = machine.ints(choice.total, 1);
    for (let first = 0; first < m; first += block) {
      const count = Math.min(block, m - first);
      const found = machine.run.select(
        z + first * columns * 4,
        count,
        columns,
        ...([names, allowed, lowest, bound, k, scratch] as const),
        choice.rowCount + (from + first) * 4,
        columnsFound,
        valuesFound,
      );
      const start = Atomics.add(total, 0, found);
      starts[first / block] = start;
      if (start + found > capacity) continue;
      machine.ints(choice.columnOf + start * 4, found).set(machine.ints(columnsFound, found));
      machine.ints(choice.values + start * 4, found).set(machine.ints(valuesFound, found));
    }
  }
};
