import { linkSaes, upsertSaes, type Db, type NewSae, type SaeRow } from '@sae-lab/db';
import type { SourceDefinition } from '../plan/activations-source.ts';
import type { PlannedSae } from '../plan/plan-saes.ts';

/** An SAE that no run trained, with its row in the database. */
export interface StoredSae {
  readonly planned: PlannedSae;
  readonly row: SaeRow;
}

/**
 * Stores SAEs, or finds them.
 *
 * @param source what their activations come from: pages read texts with it
 */
export async function storeSaes(
  db: Db,
  saes: readonly PlannedSae[],
  source: SourceDefinition,
): Promise<StoredSae[]> {
  const rows = await upsertSaes(
    db,
    saes.map((planned): NewSae => {
      const { activations, from: _, ...sae } = planned;
      return { ...sae, data: { ...source }, activationsId: activations.id };
    }),
  );
  return rows.map((row, index) => ({ row, planned: saes[index]! }));
}

/** Makes these the SAEs that a sweep compares its runs with. */
export async function storeSweepSaes(
  db: Db,
  sweepId: number,
  saes: readonly PlannedSae[],
  source: SourceDefinition,
): Promise<StoredSae[]> {
  const stored = await storeSaes(db, saes, source);
  await linkSaes(
    db,
    sweepId,
    stored.map(({ row }) => row.id),
  );
  return stored;
}
