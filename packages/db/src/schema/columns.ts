import { timestamp } from 'drizzle-orm/pg-core';

/** An instant, to the millisecond as JavaScript has it. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** What a JSON column holds when its shape belongs to another package. */
export type JsonObject = Record<string, unknown>;
