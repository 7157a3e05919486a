/** Words of a search; more are ignored. */
const MOST_WORDS = 10;

/** The words of a search: all of them must occur. */
export function wordsOf(search: string): string[] {
  return search.trim().split(/\s+/u).filter(Boolean).slice(0, MOST_WORDS);
}

/** A text in parts, alternating between what does not match (possibly empty) and what does. */
export function partsOf(text: string, words: readonly string[]): string[] {
  if (words.length === 0) return [text];
  const escaped = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.split(new RegExp(`(${escaped.join('|')})`, 'giu'));
}
