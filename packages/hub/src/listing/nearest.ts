/** Sorts names by their similarity to the wanted one. */
export function byLikeness(wanted: string, names: readonly string[]): string[] {
  return ranked(wanted, names).map(({ name }) => name);
}

/** The names that the wanted one may be a misspelling of, best first. */
export function nearest(wanted: string, names: readonly string[], most = 3): string[] {
  const mostChanges = Math.max(3, Math.ceil(wanted.length * 0.4));
  return ranked(wanted, names)
    .filter(({ distance }) => distance <= mostChanges)
    .slice(0, most)
    .map(({ name }) => name);
}

function ranked(wanted: string, names: readonly string[]): { name: string; distance: number }[] {
  return [...new Set(names)]
    .map((name) => ({ name, distance: changesBetween(wanted, name) }))
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
}

/** Levenshtein distance between two names, ignoring case. */
function changesBetween(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
