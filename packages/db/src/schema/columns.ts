import { timestamp } from 'drizzle-orm/pg-core';

/** An instant with JavaScript's millisecond precision. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** How a variant describes a curve that only it logs. */
export interface DeclaredCurve {
  readonly label: string;
  readonly meaning: string;
  readonly unit?: string;
  readonly digits?: number;
  readonly better?: 'higher' | 'lower' | 'neither';
}

/** The value of a JSON column whose shape another package defines. */
export type JsonObject = Record<string, unknown>;
