import { timestamp } from 'drizzle-orm/pg-core';

/** An instant with JavaScript's millisecond precision. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** The value of a JSON column whose shape another package defines. */
export type JsonObject = Record<string, unknown>;
