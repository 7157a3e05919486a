interface Dated {
  readonly name: string;
  readonly version: number;
  readonly tokens: number;
  readonly finishedAt: Date;
}

/**
 * Evaluations by name, in alphabetical order. In each group, the newest version on the most tokens comes first: tables show
 * its figures.
 */
export function evaluationGroups<Row extends Dated>(evaluations: readonly Row[]): [string, Row[]][] {
  return [...Map.groupBy(evaluations, ({ name }) => name)]
    .map(([name, rows]): [string, Row[]] => [
      name,
      rows.toSorted(
        (a, b) =>
          b.version - a.version || b.tokens - a.tokens || b.finishedAt.getTime() - a.finishedAt.getTime(),
      ),
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
