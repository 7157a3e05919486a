import { SCRATCH, searchOf, type Choice, type Search } from './search.ts';
import { shareStart, type Task } from './task.ts';
import type { ThreadContext } from './thread-context.ts';

/** Computes the pre-activations of a slab of rows and searches them for each choice. A part is one slab. */
export const searchSlab: Task = (context, args) => {
  const search = searchOf(args);
  return (part) => doSlab(context, search, part);
};

function doSlab(context: ThreadContext, search: Search, part: number): void {
  const { rows, slabs, step, columns, xQuantised } = search;
  const from = shareStart(rows, slabs, part);
  const m = shareStart(rows, slabs, part + 1) - from;
  const slab: Slab = { from, m, z: search.z + context.thread * step * columns * 4 };
  if (xQuantised === 0) product(context, search, slab, search.W, search.bias, columns);
  else quantisedProduct(context, search, slab);
  for (const choice of search.choices) {
    const isScreened = xQuantised !== 0 && choice.names === 0;
    if (xQuantised !== 0 && !isScreened) {
      const z = choice.z + context.thread * step * choice.allowed * 4;
      const own = { ...slab, z };
      product(context, search, own, choice.W, choice.bias, choice.allowed);
      takeBlocks(context, search, own, choice, (first, count, into) =>
        searchPlain(context, search, choice.allowed, { ...choice, names: 0 }, own, first, count, into),
      );
    } else {
      takeBlocks(context, search, slab, choice, (first, count, into) =>
        isScreened
          ? searchScreened(context, search, choice, slab, first, count, into)
          : searchPlain(context, search, columns, choice, slab, first, count, into),
      );
    }
  }
}

interface Slab {
  /** Its first row, and the number of its rows. */
  readonly from: number;
  readonly m: number;
  /** Offset of its pre-activations. */
  readonly z: number;
}

/** Offsets that a search writes to. */
interface Into {
  readonly scratch: number;
  readonly rowCount: number;
  readonly columnOf: number;
  readonly values: number;
}

function product(
  context: ThreadContext,
  { x, width }: Search,
  { from, m, z }: Slab,
  W: number,
  bias: number,
  columns: number,
): void {
  context.gemm({
    a: context.floats(x + from * width * 4, m * width),
    b: context.floats(W, columns * width),
    out: context.floats(z, m * columns),
    ...(bias !== 0 && { bias: context.floats(bias, columns) }),
    m,
    n: columns,
    k: width,
    transposeA: false,
    transposeB: true,
  });
}

function quantisedProduct(
  context: ThreadContext,
  { xQuantised, WQuantised, width, columns }: Search,
  { from, m, z }: Slab,
): void {
  const b = context.bytes(WQuantised, columns * width);
  context.integerProduct({
    a: context.bytes(xQuantised + from * width, m * width),
    b: new Int8Array(b.buffer, b.byteOffset, b.length),
    out: context.ints(z, m * columns),
    m,
    n: columns,
    k: width,
  });
}

/**
 * Searches the slab block by block, and appends what it finds to the entries of all slabs.
 *
 * @param search returns how many of the rows it searched
 */
function takeBlocks(
  context: ThreadContext,
  { columns, xQuantised }: Search,
  { from, m }: Slab,
  choice: Choice,
  search: (first: number, rows: number, into: Into) => number,
): void {
  const { block, foundCapacity, capacity } = choice;
  const columnOf = choice.found + context.thread * 2 * foundCapacity * 4;
  const into = {
    scratch: choice.scratch + context.thread * SCRATCH * (columns + 2) * 4,
    columnOf,
    values: columnOf + foundCapacity * 4,
  };
  const total = context.ints(choice.total, 1);
  for (let [first, done] = [0, 0]; first < m; first += done) {
    const rowCount = choice.rowCount + (from + first) * 4;
    done = search(first, Math.min(block, m - first), { ...into, rowCount });
    if (done === 0) throw new Error('a search has no capacity for a row');
    const counts = context.ints(rowCount, done);
    let found = 0;
    for (let row = 0; row < done; row++) found += counts[row]!;
    let start = Atomics.add(total, 0, found);
    if (start + found <= capacity) {
      if (xQuantised !== 0 && choice.names !== 0) context.run.rename(columnOf, choice.names, found);
      context.ints(choice.columnOf + start * 4, found).set(context.ints(columnOf, found));
      context.ints(choice.values + start * 4, found).set(context.ints(into.values, found));
    }
    const starts = context.ints(choice.starts + (from + first) * 4, done);
    for (let row = 0; row < done; row++) {
      starts[row] = start;
      start += counts[row]!;
    }
  }
}

function searchPlain(
  { run }: ThreadContext,
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
  { run }: ThreadContext,
  search: Search,
  { lowest, bound, k, foundCapacity }: Choice,
  { from, z }: Slab,
  first: number,
  rows: number,
  { scratch, rowCount, columnOf, values }: Into,
): number {
  const { x, W, bias, width, columns, xStats, WStats } = search;
  const input = x + (from + first) * width * 4;
  const stats = [xStats + (from + first) * 4, search.rows * 4, WStats] as const;
  const operands = [z + first * columns * 4, rows, columns, width, input, W, bias, ...stats] as const;
  const written = [rowCount, columnOf, values] as const;
  if (k === 0) return run.searchOpen(...operands, lowest, bound, scratch, foundCapacity, ...written);
  return run.searchTopK(...operands, k, scratch, foundCapacity, ...written);
}
