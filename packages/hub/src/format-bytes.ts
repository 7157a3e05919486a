/** Formats a size in decimal units, e.g. `1.50 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

/** The first items of a list and a count of the rest, for a one-line message. */
export function shortList(items: readonly string[], shown = 5): string {
  const rest = items.length - shown;
  const first = items.slice(0, shown).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
}
