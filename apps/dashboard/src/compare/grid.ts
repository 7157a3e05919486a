/** Places of small multiples, from left to right and from top to bottom. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** The grid with as many columns as fit. */
export function gridOf(count: number, width: number, leastWidth: number, most = Infinity): Grid {
  const columns = Math.max(1, Math.min(count, most, Math.floor(width / leastWidth)));
  return { columns, rows: Math.ceil(count / columns) };
}
