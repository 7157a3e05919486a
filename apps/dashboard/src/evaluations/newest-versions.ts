import type { EvaluationRow } from '@sae-lab/db/reading';

/** Without those of an earlier version of an evaluation on the same data with the same settings. */
export function newestVersions(evaluations: readonly EvaluationRow[]): EvaluationRow[] {
  const groups = Map.groupBy(evaluations, ({ name, dataId, settingsHash }) =>
    JSON.stringify([name, dataId, settingsHash]),
  );
  return [...groups.values()].map((rows) =>
    rows.reduce((best, row) => (row.version >= best.version ? row : best)),
  );
}
