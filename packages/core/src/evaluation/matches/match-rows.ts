import { stopIfAsked } from '../../stop.ts';
import { cosineTiles, type Rows } from './cosine-tiles.ts';
import { LargestEntries } from './largest-entries.ts';
import { SparseAssignment, UNASSIGNED } from './sparse-assignment.ts';

/** For each row of one matrix, the rows of the other one that match it. */
export interface RowMatches {
  /** The row with the largest cosine, [count]. */
  readonly best: Int32Array;
  /** Its cosine, from −1 to 1. */
  readonly cosine: Float32Array;
  /** The row that the one-to-one assignment gives it; −1 for a row of the larger matrix that is left over. */
  readonly partner: Int32Array;
  /** The cosine of the two; NaN without a partner. */
  readonly partnerCosine: Float32Array;
}

/** Entries of each row, and of each column, that the assignment starts with. */
const FIRST_ENTRIES = 24;
/** Entries that a row gets at most each time the assignment is found to lack some. */
const MORE_ENTRIES = 24;
/** An entry is missing if it could lower the total cost by more than this. */
const TOLERANCE = 1e-6;

/**
 * Matches the rows of two matrices by their cosines: the best match of each row, which several rows may share, and the
 * one-to-one assignment with the largest sum of cosines, in which each row of the smaller matrix has a partner.
 *
 * The assignment is exact: its mean cosine is within 10⁻⁶ of the largest one that is possible. It is solved over the largest
 * entries of each row and column. Then all cosines are computed again. Entries that its dual solution does not price out are
 * added, until there are none. So memory is in proportion to the number of rows, not to its square.
 *
 * Source: Volgenant, "Linear and semi-assignment problems: a core oriented approach", Computers & Operations Research 23,
 * 1996.
 *
 * @param signal stops between two tiles
 * @param onRound called after each pass over all cosines
 * @throws {SaeLabError} `run.stopped`
 */
export async function matchRows(
  a: Rows,
  b: Rows,
  { signal, onRound }: { signal?: AbortSignal | undefined; onRound?: (round: number) => void } = {},
): Promise<{ a: RowMatches; b: RowMatches; rounds: number }> {
  const [m, n] = [a.data.length / a.dIn, b.data.length / b.dIn];
  if (m > n) {
    const turned = await matchRows(b, a, { signal, ...(onRound && { onRound }) });
    return { a: turned.b, b: turned.a, rounds: turned.rounds };
  }
  const ofRows = new LargestEntries(m, Math.min(FIRST_ENTRIES, n));
  const ofColumns = new LargestEntries(n, Math.min(FIRST_ENTRIES, m));
  for await (const { cosines, firstRow, rows, firstColumn, columns } of cosineTiles(a, b, signal)) {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      for (let j = 0; j < columns; j++) {
        const cosine = cosines[i * columns + j]!;
        if (cosine > ofRows.bars[row]!) ofRows.insert(row, firstColumn + j, cosine);
        if (cosine > ofColumns.bars[firstColumn + j]!) ofColumns.insert(firstColumn + j, row, cosine);
      }
    }
  }
  onRound?.(0);
  const assignment = new SparseAssignment(m, n);
  addEntries(assignment, ofRows, m, (row, column) => [row, column]);
  addEntries(assignment, ofColumns, n, (column, row) => [row, column]);
  let rounds = 0;
  let added: number;
  do {
    await stopIfAsked(signal);
    assignment.solve();
    added = await addMissing(assignment, a, b, signal);
    rounds += 1;
    onRound?.(rounds);
  } while (added > 0);
  const partners = { a: new Int32Array(m).fill(-1), b: new Int32Array(n).fill(-1) };
  const cosines = { a: new Float32Array(m).fill(Number.NaN), b: new Float32Array(n).fill(Number.NaN) };
  for (let row = 0; row < m; row++) {
    const column = assignment.columnOf[row]!;
    if (column === UNASSIGNED) continue;
    const cosine = bounded(1 - assignment.dual(row) - assignment.prices[column]!);
    [partners.a[row], partners.b[column]] = [column, row];
    [cosines.a[row], cosines.b[column]] = [cosine, cosine];
  }
  return {
    a: { ...bestOf(ofRows, m), partner: partners.a, partnerCosine: cosines.a },
    b: { ...bestOf(ofColumns, n), partner: partners.b, partnerCosine: cosines.b },
    rounds,
  };
}

function addEntries(
  assignment: SparseAssignment,
  largest: LargestEntries,
  count: number,
  entry: (one: number, other: number) => readonly [row: number, column: number],
): void {
  for (let one = 0; one < count; one++) {
    for (let place = 0; place < largest.kept; place++) {
      const [row, column] = entry(one, largest.column(one, place));
      assignment.add(row, column, 1 - largest.value(one, place));
    }
  }
}

/** Adds the entries that could make the assignment cheaper. @returns how many it added */
async function addMissing(
  assignment: SparseAssignment,
  a: Rows,
  b: Rows,
  signal: AbortSignal | undefined,
): Promise<number> {
  const m = a.data.length / a.dIn;
  const missing = new LargestEntries(m, MORE_ENTRIES);
  const { prices } = assignment;
  for await (const { cosines, firstRow, rows, firstColumn, columns } of cosineTiles(a, b, signal)) {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      // What an entry saves is cosine + price + dual − 1: its reduced cost, negated.
      const least = 1 - assignment.dual(row);
      for (let j = 0; j < columns; j++) {
        const saves = cosines[i * columns + j]! + prices[firstColumn + j]! - least;
        if (saves > TOLERANCE && saves > missing.bars[row]!) missing.insert(row, firstColumn + j, saves);
      }
    }
  }
  let added = 0;
  for (let row = 0; row < m; row++) {
    for (let place = 0; place < MORE_ENTRIES && missing.column(row, place) >= 0; place++) {
      const column = missing.column(row, place);
      if (assignment.add(row, column, 1 - cosineOf(a, row, b, column))) added++;
    }
  }
  return added;
}

function cosineOf(a: Rows, row: number, b: Rows, column: number): number {
  let [aa, bb, ab] = [0, 0, 0];
  for (let d = 0; d < a.dIn; d++) {
    const [x, y] = [a.data[row * a.dIn + d]!, b.data[column * b.dIn + d]!];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return ab / Math.sqrt(aa * bb);
}

function bestOf(largest: LargestEntries, count: number): Pick<RowMatches, 'best' | 'cosine'> {
  return {
    best: Int32Array.from({ length: count }, (_, row) => largest.column(row, 0)),
    cosine: Float32Array.from({ length: count }, (_, row) => bounded(largest.value(row, 0))),
  };
}

/** Rounding may take a cosine beyond 1. */
function bounded(cosine: number): number {
  return Math.min(1, Math.max(-1, cosine));
}
