import { and, asc, desc, eq } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { activations, runs, saes } from '../schema/index.ts';
import type { Run } from './runs.ts';
import type { SaeRow } from './saes.ts';

/** SAEs that no run trained and that were last evaluated on activations of a model. */
export async function saesOfModel(db: Db, model: string): Promise<SaeRow[]> {
  const rows = await db
    .select({ sae: saes })
    .from(saes)
    .innerJoin(activations, eq(activations.id, saes.activationsId))
    .where(eq(activations.model, model))
    .orderBy(asc(saes.id));
  return rows.map(({ sae }) => sae);
}

/** Finished runs, of a hook of a model or of any, the newest first. */
export async function finishedRuns(
  db: Db,
  { model, hook, limit }: { readonly model?: string; readonly hook?: string; readonly limit: number },
): Promise<Run[]> {
  const rows = await db
    .select({ run: runs })
    .from(runs)
    .leftJoin(activations, eq(activations.id, runs.activationsId))
    .where(
      and(
        eq(runs.status, 'finished'),
        model === undefined ? undefined : eq(activations.model, model),
        hook === undefined ? undefined : eq(runs.hook, hook),
      ),
    )
    .orderBy(desc(runs.id))
    .limit(limit);
  return rows.map(({ run }) => run);
}
