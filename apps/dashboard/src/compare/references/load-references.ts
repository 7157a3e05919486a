import {
  evaluationsOfSaes,
  mainFigures,
  saesOfRuns,
  saesOfSweep,
  type ComparedRun,
  type Db,
  type EvaluationRow,
  type SaeRow,
} from '@sae-lab/db/reading';
import type { CompareReference } from './compare-reference.ts';

/**
 * What runs are compared with, on their activations.
 *
 * @param sweepId the sweep that was asked for; without one, the SAEs of all sweeps of the runs count
 */
export async function loadReferences(
  db: Db,
  runs: readonly ComparedRun[],
  sweepId: number | undefined,
): Promise<CompareReference[]> {
  const runIds = runs.map(({ id }) => id);
  const saes = await (sweepId === undefined ? saesOfRuns(db, runIds) : saesOfSweep(db, sweepId));
  const saeIds = saes.map(({ id }) => id);
  const activations = new Set(runs.map(({ activationsId }) => activationsId));
  return compareReferences(saes, await evaluationsOfSaes(db, saeIds, [...activations]));
}

/**
 * One reference for each SAE and set of activations that it was evaluated on. SAEs without figures are left out.
 *
 * @param evaluations of these SAEs; those of the weights alone count for all activations
 */
export function compareReferences(
  saes: readonly SaeRow[],
  evaluations: readonly EvaluationRow[],
): CompareReference[] {
  const bySae = Map.groupBy(evaluations, ({ saeId }) => saeId);
  return saes.flatMap(({ id, name, kind, hook, width }) => {
    const own = bySae.get(id) ?? [];
    const places = [...new Set(own.flatMap(({ activationsId }) => activationsId ?? []))];
    return places.flatMap((activations) => {
      const here = own.filter(({ activationsId }) => activationsId === null || activationsId === activations);
      const figures = Object.entries(mainFigures(here, 'saeId').get(id) ?? {}).filter(([, value]) =>
        Number.isFinite(value),
      );
      if (figures.length === 0) return [];
      return [{ id, name, kind, hook, activations, width, figures: Object.fromEntries(figures) }];
    });
  });
}
