import type { Support } from './support.ts';

/** A support whose entries lie close in few columns, as those of dead latents do: worth a dense product of those columns. */
export interface Packed {
  /** The columns that have entries, rising. */
  readonly used: Int32Array;
  /** Where each entry lies in the matrix of the used columns, [rows, used]. */
  readonly places: Int32Array;
}

/** An entry costs a sparse kernel about as much as so many cost a dense product. */
const DENSE_FROM = 0.1;
/** Few entries are cheap either way. */
const LEAST_ENTRIES = 4096;

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
  const rank = new Int32Array(columns);
  for (const column of columnOf) rank[column] = 1;
  const used = Int32Array.from(rank.keys().filter((column) => rank[column] === 1));
  if (columnOf.length < DENSE_FROM * rows * used.length) return undefined;
  used.forEach((column, i) => (rank[column] = i));
  const places = new Int32Array(columnOf.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
      places[entry] = row * used.length + rank[columnOf[entry]!]!;
    }
  }
  return { used, places };
}
