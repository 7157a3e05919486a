import { asc } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { inTransaction } from '../connection/transaction.ts';
import { variants } from '../schema/index.ts';
import { storableRow } from './storable.ts';

export type VariantRow = typeof variants.$inferSelect;

/** Stores a variant at its math version, or updates its other fields. */
export async function upsertVariant(db: Db, variant: VariantRow): Promise<void> {
  await inTransaction(db, (tx) =>
    tx
      .insert(variants)
      .values(storableRow(variants, variant))
      .onConflictDoUpdate({ target: [variants.name, variants.mathVersion], set: variant }),
  );
}

export function listVariants(db: Db): Promise<VariantRow[]> {
  return db.select().from(variants).orderBy(asc(variants.name), asc(variants.mathVersion));
}
