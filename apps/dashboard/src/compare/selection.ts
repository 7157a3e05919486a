import { hashPrefixOf, idOf } from '../database/id-of.ts';

/** Runs by id, and by their hash or its first 8 or more hex digits. */
export interface RunSelection {
  readonly ids: readonly number[];
  readonly hashes: readonly string[];
}

export const MOST_RUNS = 500;

/** Longer ranges are not written out: no link has them. */
const LONGEST_RANGE = 100_000;

/**
 * Reads `1-5,9,3fa94c01`: ids, ranges of ids and hashes. Text of eight or more digits is an id.
 *
 * @returns the parts that are none of these as `unread`
 */
export function parseSelection(text: string): RunSelection & { readonly unread: readonly string[] } {
  const ids = new Set<number>();
  const hashes = new Set<string>();
  const unread: string[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const range = rangeOf(part);
    const hash = range === undefined ? hashPrefixOf(part) : undefined;
    if (range !== undefined) for (let id = range[0]; id <= range[1]; id++) ids.add(id);
    else if (hash === undefined) unread.push(part);
    else hashes.add(hash);
  }
  return { ids: [...ids].toSorted((a, b) => a - b), hashes: [...hashes], unread };
}

/** The shortest text that `parseSelection` reads as these ids. */
export function selectionText(ids: readonly number[]): string {
  const sorted = [...new Set(ids)].toSorted((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end + 1) {
    end = start;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    const [first, last] = [sorted[start]!, sorted[end]!];
    if (end - start < 2) parts.push(...sorted.slice(start, end + 1).map(String));
    else parts.push(`${first}-${last}`);
  }
  return parts.join(',');
}

/** The filter that exactly these runs pass. */
export function idFilter(ids: readonly number[]): string {
  return `id in (${selectionText(ids).replaceAll(',', ', ')})`;
}

function rangeOf(part: string): readonly [number, number] | undefined {
  const ends = part.split('-').map(idOf);
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined || ends.length > 2) return undefined;
  return last >= first && last - first < LONGEST_RANGE ? [first, last] : undefined;
}
