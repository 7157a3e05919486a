/** What of a run's place a label says: only what differs among the runs that are shown. */
export interface Shown {
  readonly hook: boolean;
  readonly width: boolean;
}

export function shownIn(rows: readonly { readonly hook: string; readonly width: number }[]): Shown {
  return {
    hook: new Set(rows.map(({ hook }) => hook)).size > 1,
    width: new Set(rows.map(({ width }) => width)).size > 1,
  };
}
