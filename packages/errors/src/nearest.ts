/**
 * The known names that are most like a mistyped one, most alike first.
 *
 * @param mostEdits names further away are left out
 * @example
 * nearest('setps', ['tokens', 'steps'], 1); // ['steps']
 */
export function nearest(name: string, known: readonly string[], count = 3, mostEdits = Infinity): string[] {
  return known
    .map((candidate, index) => ({ candidate, index, distance: unlikeness(name, candidate) }))
    .filter(({ distance: edits }) => edits <= mostEdits)
    .toSorted((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/**
 * What an error expected instead of an unknown name: the three nearest names, and how many there are.
 *
 * @example
 * expectedName('setps', ['steps', 'tokens', 'epochs', 'warmup']); // 'one of 4, the nearest being steps, tokens or epochs'
 */
export function expectedName(name: string, known: readonly string[]): string {
  // A name with commas would read as several.
  const near = nearest(name, known).map((each) => (each.includes(',') ? `'${each}'` : each));
  const listed = near.length > 1 ? `${near.slice(0, -1).join(', ')} or ${near.at(-1)}` : (near[0] ?? 'none');
  return known.length > near.length ? `one of ${known.length}, the nearest being ${listed}` : listed;
}

/** An abbreviation is one edit away from the whole name. */
function unlikeness(name: string, candidate: string): number {
  const abbreviates = name !== candidate && candidate.toLowerCase().startsWith(name.toLowerCase());
  return abbreviates ? 1 : distance(name, candidate);
}

/** Levenshtein distance, counting letters that differ in case alone as half, with a swap of neighbours as one edit. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0]!.push(j);
  for (let i = 1; i <= a.length; i++) {
    const row = rows[i]!;
    for (let j = 1; j <= b.length; j++) {
      const [x, y] = [a[i - 1]!, b[j - 1]!];
      const change = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 0.5 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + change);
      if (x === b[j - 2] && y === a[i - 2]) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
  }
  return rows[a.length]![b.length]!;
}
