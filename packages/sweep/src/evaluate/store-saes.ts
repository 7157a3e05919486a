import { linkSaes, upsertSaes, type Db, type NewSae, type SaeRow } from '@sae-lab/db';
import type { PlannedSae } from '../plan/plan-saes.ts';

/** An SAE that no run trained, with its row in the database. */
export interface StoredSae {
  readonly planned: PlannedSae;
  readonly row: SaeRow;
}

/** Stores SAEs, or finds them. */
export async function storeSaes(db: Db, saes: readonly PlannedSae[]): Promise<StoredSae[]> {
  const rows = await upsertSaes(
    db,
    saes.map((planned): NewSae => {
      const { activations: _, from: __, ...sae } = planned;
      return sae;
    }),
  );
  return rows.map((row, index) => ({ row, planned: saes[index]! }));
}

/** Makes these the SAEs that a sweep compares its runs with. */
export async function storeSweepSaes(
  db: Db,
  sweepId: number,
  saes: readonly PlannedSae[],
): Promise<StoredSae[]> {
  const stored = await storeSaes(db, saes);
  await linkSaes(
    db,
    sweepId,
    stored.map(({ row }) => row.id),
  );
  return stored;
}
