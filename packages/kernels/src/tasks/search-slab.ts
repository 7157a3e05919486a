import type { Machine } from './thread-context.ts';
import { shareStart, type Task } from './task.ts';
import { SCRATCH, searchOf, type Choice, type Search } from './search.ts';

/** Pre-activations of some rows, and what each choice takes of them; `part` is the slab. */
export const searchSlab: Task = (machine, args) => {
  const search = searchOf(args);
  return (part) => doSlab(machine, search, part);
};

function doSlab(machine: Machine, search: Search, part: number): void {
  const { rows, slabs, step, columns, xWhole } = search;
  const from = shareStart(rows, slabs, part);
  const m = shareStart(rows, slabs, part + 1) - from;
  const slab: Slab = { from, m, z: search.z + machine.thread * step * columns * 4 };
  if (xWhole === 0) product(machine, search, slab, search.W, search.bias, columns);
  else wholeProduct(machine, search, slab);
  for (const choice of search.choices) {
    const isScreened = xWhole !== 0 && choice.names === 0;
    if (xWhole !== 0 && !isScreened) {
      const z = choice.z + machine.thread * step * choice.allowed * 4;
      const own = { ...slab, z };
      product(machine, search, own, choice.W, choice.bias, choice.allowed);
      takeBlocks(machine, search, own, choice, (first, count, into) =>
        searchPlain(machine, search, choice.allowed, { ...choice, names: 0 }, own, first, count, into),
      );
    } else {
      takeBlocks(machine, search, slab, choice, (first, count, into) =>
        isScreened
          ? searchScreened(machine, search, choice, slab, first, count, into)
          : searchPlain(machine, search, columns, choice, slab, first, count, into),
      );
    }
  }
}

interface Slab {
  /** The first of its rows, and how many. */
  readonly from: number;
  readonly m: number;
  /** Where its products go. */
  readonly z: number;
}

/** Where a search writes. */
interface Into {
  readonly scratch: number;
  readonly rowCount: number;
  readonly columnOf: number;
  readonly values: number;
}

function product(
  machine: Machine,
  { x, width }: Search,
  { from, m, z }: Slab,
  W: number,
  bias: number,
  columns: number,
): void {
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
}

function wholeProduct(
  machine: Machine,
  { xWhole, WWhole, width, columns }: Search,
  { from, m, z }: Slab,
): void {
  const b = machine.bytes(WWhole, columns * width);
  machine.integerProduct({
    a: machine.bytes(xWhole + from * width, m * width),
    b: new Int8Array(b.buffer, b.byteOffset, b.length),
    out: machine.ints(z, m * columns),
    m,
    n: columns,
    k: width,
  });
}

/** Searches the slab block by block, and adds what is found to all; `search` answers how many of the rows it did. */
function takeBlocks(
  machine: Machine,
  { columns, xWhole }: Search,
  { from, m }: Slab,
  choice: Choice,
  search: (first: number, rows: number, into: Into) => number,
): void {
  const { block, room, capacity } = choice;
  const columnOf = choice.found + machine.thread * 2 * room * 4;
  const into = {
    scratch: choice.scratch + machine.thread * SCRATCH * (columns + 2) * 4,
    columnOf,
    values: columnOf + room * 4,
  };
  const total = machine.ints(choice.total, 1);
  for (let [first, done] = [0, 0]; first < m; first += done) {
    const rowCount = choice.rowCount + (from + first) * 4;
    done = search(first, Math.min(block, m - first), { ...into, rowCount });
    if (done === 0) throw new Error('a search has no room for a row');
    const counts = machine.ints(rowCount, done);
    let found = 0;
    for (let row = 0; row < done; row++) found += counts[row]!;
    let start = Atomics.add(total, 0, found);
    if (start + found <= capacity) {
      if (xWhole !== 0 && choice.names !== 0) machine.run.rename(columnOf, choice.names, found);
      machine.ints(choice.columnOf + start * 4, found).set(machine.ints(columnOf, found));
      machine.ints(choice.values + start * 4, found).set(machine.ints(into.values, found));
    }
    const starts = machine.ints(choice.starts + (from + first) * 4, done);
    for (let row = 0; row < done; row++) {
      starts[row] = start;
      start += counts[row]!;
    }
  }
}

function searchPlain(
  { run }: Machine,
  { x, width }: Search,
  columns: number,
  { names, allowed, lowest, bound, k }: Choice,
  { from, z }: Slab,
  first: number,
  rows: number,
  { scratch, rowCount, columnOf, values }: Into,
): number {
  const input = x + (from + first) * width * 4;
  const limits = [names, allowed, lowest, bound, k] as const;
  const written = [scratch, rowCount, columnOf, values] as const;
  run.select(z + first * columns * 4, rows, columns, input, width, ...limits, ...written);
  return rows;
}

function searchScreened(
  { run }: Machine,
  search: Search,
  { lowest, bound, k, room }: Choice,
  { from, z }: Slab,
  first: number,
  rows: number,
  { scratch, rowCount, columnOf, values }: Into,
): number {
  const { x, W, bias, width, columns, aboutX, aboutW } = search;
  const input = x + (from + first) * width * 4;
  const about = [aboutX + (from + first) * 4, search.rows * 4, aboutW] as const;
  const operands = [z + first * columns * 4, rows, columns, width, input, W, bias, ...about] as const;
  const places = [rowCount, columnOf, values] as const;
  if (k === 0) return run.searchOpen(...operands, lowest, bound, scratch, room, ...places);
  return run.searchTopK(...operands, k, scratch, room, ...places);
}
