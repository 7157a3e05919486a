import { z } from 'zod';

/** JSON has no NaN and no infinities, so they are text. */
export const number = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .describe('A number. NaN and the infinities are text: "NaN", "Infinity", "-Infinity".');

/** An instant in ISO 8601, in UTC. */
export const instant = z.iso.datetime();

/** JSON whose shape another part of the project defines. */
export const json = z.record(z.string(), z.unknown());

/** A place in a list of pages. */
export const next = z.string().nullable().describe('The `cursor` of the next page; null on the last one.');

/** A number as JSON can have it. */
export function sentNumber(value: number): z.infer<typeof number> {
  return Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
}
