import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** The stores of files that were used with this database. */
export const stores = pgTable(
  'stores',
  {
    /** Of the database. A restored dump is another one, and knows no store. */
    cluster: text().notNull(),
    /** `s3://bucket/prefix` or the path of a folder. */
    location: text().notNull(),
    /** As the marker in the store has it. */
    storeId: text().notNull(),
    firstUsedAt: instant().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.cluster, table.location] })],
);
