import { HIGHEST_PRIORITY } from '@sae-lab/db/reading';
import { z } from 'zod';
import { nameOf } from '../all-runs/request-body.ts';
import { notesOf } from '../annotations/notes-of.ts';
import { idOf } from '../database/id-of.ts';

/** Ids are integers of Postgres. */
export const LARGEST_ID = 2 ** 31 - 1;
const runId = z.int().min(1).max(LARGEST_ID);

/** An id in a path. */
export const id = z
  .string()
  .refine((text) => idOf(text) !== undefined)
  .transform((text) => idOf(text)!);

/** The path of a route about one thing. */
export const idPath = z.object({ id });

/** Runs that one request may change. */
export const runIds = z.array(runId).max(10_000);

/** Text that Postgres can store. It has no null character and no half of a surrogate pair. */
export const storable = z.string().transform((text) => text.replaceAll('\0', '').toWellFormed());

/** A part of an address: a repeated one counts once. */
export const single = z
  .union([z.string(), z.array(z.string()).transform((values) => values[0] ?? '')])
  .optional();
/** A part of an address that may be repeated. */
export const repeated = z.union([z.array(z.string()), z.string().transform((value) => [value])]).default([]);

/** A number in an address. What is not one counts as 0, and what is beyond the ends as the end. */
export function count(most: number) {
  return single.transform((text) => Math.min(most, Math.max(0, Math.trunc(Number(text)) || 0)));
}

/** The query of an address: text by name, and a list where a name is repeated. */
type Texts = Record<string, string | string[]>;

/**
 * The choices of a reader, as a page has them in its address, and further parts of the address.
 *
 * @param load a loader of nuqs
 * @example
 * queryWith((query) => loadTableState(query), { offset: count(LARGEST_ID) })
 */
export function queryWith<State, Shape extends z.ZodRawShape>(load: (query: Texts) => State, shape: Shape) {
  const others = z.object(shape);
  return z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .transform((query) => ({ ...others.parse(query), state: load(query) }));
}

/** The name of a view or a tag. */
export function name(field: string) {
  return z.unknown().transform((value) => nameOf(value, field));
}

/** As `--priority` of `pnpm sweep` takes it. */
export const priority = z.int().min(0).max(HIGHEST_PRIORITY);

export const notes = z.unknown().transform(notesOf);
