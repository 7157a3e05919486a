import { upsertVariant, type Db, type VariantRow } from '@sae-lab/db';
import { z } from 'zod';
import { packageOfVariant } from '../definition/variant-package.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';

/** Stores the variants of a sweep for the dashboard, with the JSON Schema of their hyperparameters and their own curves. */
export async function storeVariants(db: Db, plan: SweepPlan, projectRoot: string): Promise<void> {
  for (const row of await variantRows(plan, projectRoot)) await upsertVariant(db, row);
}

/** The variants of a sweep as the database stores them. */
export async function variantRows(plan: SweepPlan, projectRoot: string): Promise<VariantRow[]> {
  const rows: VariantRow[] = [];
  const variants = new Map(
    plan.experiment.definition.combinations.map(({ variant }) => [variant.name, variant]),
  );
  for (const variant of variants.values()) {
    // A variant that the experiment defines has no package.
    const { name = '', version = '' } = (await packageOfVariant(variant.name, projectRoot)) ?? {};
    rows.push({
      name: variant.name,
      mathVersion: variant.mathVersion,
      packageName: name,
      packageVersion: version,
      paper: variant.paper,
      sparsity: variant.sparsityHyper,
      hyperSchema: z.toJSONSchema(variant.hyper, { unrepresentable: 'any' }) as Record<string, unknown>,
      curves: variant.curves ?? {},
    });
  }
  return rows;
}
