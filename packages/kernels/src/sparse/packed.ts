import type { Support } from './support.ts';

/** A support whose entries lie close in few columns, as those of dead latents do: worth a dense product of those columns. */
export interface Packed {
  /** The columns that have entries, rising. */
  readonly used: Int32Array;
  /** Which of them each column is, [columns]. */
  readonly rank: Int32Array;
}

/** An entry costs a sparse kernel about as much as so many cost a dense product. */
const DENSE_FROM = 0.1;
/** Few entries are cheap either way. */
const LEAST_ENTRIES = 4096;
/** Rows that show most often that there are too many columns. */
const SAMPLED_ROWS = 64;

const known = new WeakMap<Support, { packed: Packed | undefined }>();

/** Undefined where the sparse kernels are the faster way. */
export function packedSupport(support: Support): Packed | undefined {
  let answer = known.get(support);
  if (answer === undefined) {
    answer = { packed: pack(support) };
    known.set(support, answer);
  }
  return answer.packed;
}

function pack({ rows, columns, rowStart, columnOf }: Support): Packed | undefined {
  if (columnOf.length < LEAST_ENTRIES) return undefined;
  const isSparse = (used: number): boolean => columnOf.length < DENSE_FROM * rows * used;
  const rank = new Int32Array(columns);
  let used = 0;
  const count = (from: number, to: number): void => {
    for (let entry = from; entry < to; entry++) {
      const column = columnOf[entry]!;
      used += 1 - rank[column]!;
      rank[column] = 1;
    }
  };
  const sampled = rowStart[Math.min(SAMPLED_ROWS, rows)]!;
  count(0, sampled);
  if (isSparse(used)) return undefined;
  count(sampled, columnOf.length);
  if (isSparse(used)) return undefined;
  const names = new Int32Array(used);
  for (let [column, next] = [0, 0]; column < columns; column++) {
    if (rank[column] === 0) continue;
    names[next] = column;
    rank[column] = next++;
  }
  return { used: names, rank };
}
