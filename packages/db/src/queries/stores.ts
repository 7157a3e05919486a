import { and, eq } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { stores } from '../schema/index.ts';

/** Where files of this database are stored. */
export interface StorePlace {
  /** See `clusterId`. */
  readonly cluster: string;
  /** Without credentials. */
  readonly location: string;
}

/** The id of the store that was used at a place; undefined if none was. */
export async function recallStore(db: Db, { cluster, location }: StorePlace): Promise<string | undefined> {
  const [row] = await db
    .select({ id: stores.storeId })
    .from(stores)
    .where(and(eq(stores.cluster, cluster), eq(stores.location, location)));
  return row?.id;
}

/** The places where files of a database are stored. */
export async function storeLocations(db: Db, cluster: string): Promise<string[]> {
  const rows = await db
    .select({ location: stores.location })
    .from(stores)
    .where(eq(stores.cluster, cluster))
    .orderBy(stores.location);
  return rows.map(({ location }) => location);
}

/** Notes which store is used at a place. The first note stays. */
export async function rememberStore(db: Db, place: StorePlace, storeId: string): Promise<void> {
  await db
    .insert(stores)
    .values({ ...place, storeId })
    .onConflictDoNothing();
}
