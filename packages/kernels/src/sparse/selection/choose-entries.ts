import type { EntryChoice, SupportArrays } from '../support.ts';

/**
 * Chooses entries of z, [rows, columns]. Ties go to the lowest index. NaN is chosen wherever its column is allowed, so that
 * a diverged run is noticed.
 */
export function chooseEntries(
  z: Float32Array,
  rows: number,
  columns: number,
  choice: EntryChoice,
): { support: SupportArrays; values: Float32Array } {
  const chosen = indicesOf(z, rows, columns, choice);
  const rowStart = new Int32Array(rows + 1);
  const columnOf = new Int32Array(chosen.length);
  const values = new Float32Array(chosen.length);
  chosen.forEach((index, entry) => {
    const row = Math.floor(index / columns);
    rowStart[row + 1]! += 1;
    columnOf[entry] = index - row * columns;
    values[entry] = z[index]!;
  });
  for (let row = 0; row < rows; row++) rowStart[row + 1]! += rowStart[row]!;
  return { support: { rows, columns, rowStart, columnOf }, values };
}

/** Flat indices of the chosen entries, ascending. */
function indicesOf(z: Float32Array, rows: number, columns: number, choice: EntryChoice): number[] {
  const { mask } = choice;
  const isAllowed = (index: number): boolean => mask === undefined || mask[index % columns] !== 0;
  const candidates = (start: number, end: number, isOn: (index: number) => boolean): number[] => {
    const found: number[] = [];
    for (let index = start; index < end; index++) {
      if (isAllowed(index) && (isOn(index) || Number.isNaN(z[index]))) found.push(index);
    }
    return found;
  };
  const isPositive = (index: number): boolean => z[index]! > 0;
  switch (choice.kind) {
    case 'positive':
      return candidates(0, z.length, isPositive);
    case 'threshold':
      return candidates(0, z.length, (index) => z[index]! > choice.lowest[index % columns]!);
    case 'batchTopK':
      return largest(z, candidates(0, z.length, isPositive), choice.k * rows);
    case 'topK':
      return Array.from({ length: rows }, (_, row) =>
        largest(z, candidates(row * columns, (row + 1) * columns, isPositive), choice.k),
      ).flat();
  }
}

/** Indices of the `count` candidates with the largest values, ascending; NaN ranks as the largest. */
function largest(z: Float32Array, candidates: number[], count: number): number[] {
  if (candidates.length <= count) return candidates;
  const size = (index: number): number => (Number.isNaN(z[index]) ? Infinity : z[index]!);
  return candidates
    .toSorted((a, b) => size(b) - size(a) || a - b)
    .slice(0, count)
    .toSorted((a, b) => a - b);
}
