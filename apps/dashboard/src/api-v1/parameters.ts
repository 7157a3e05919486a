import { z } from 'zod';

/** Rows of a page if the reader asks for no number, and at most. */
const USUAL_ROWS = 100;
const MOST_ROWS = 1000;
/** The largest integer of Postgres, to which ids and steps belong. */
export const LARGEST_INTEGER = 2 ** 31 - 1;

/** A whole number, written in digits only. */
export function wholeNumber(smallest: number, largest: number) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,10}$/.test(text) ? Number(text) : text),
    z.int().min(smallest).max(largest),
  );
}

/** Names separated by commas. */
export function names(most: number) {
  return z.preprocess(
    (text) => (typeof text === 'string' ? text.split(',').map((name) => name.trim()) : text),
    z.array(storable().min(1)).min(1).max(most),
  );
}

/** Text that Postgres can store: others cannot be the name of anything. */
export function storable() {
  return (
    z
      .string()
      .max(2000)
      // Not as a pattern: the document is read by programs whose regular expressions know no Unicode classes.
      .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed())
  );
}

/** A run in an address. */
export const run = storable().describe(
  'The number of the run, or the first 8 or more hex digits of its hash.',
);
export const id = wholeNumber(1, LARGEST_INTEGER);
/** An SAE that no run trained, in an address. */
export const sae = id.describe('The number of the SAE.');
export const none = z.strictObject({});

/** The parameters of a page. */
export const page = {
  limit: wholeNumber(1, MOST_ROWS).default(USUAL_ROWS).describe('Rows of a page.'),
  cursor: z
    .string()
    .max(3000)
    .optional()
    .describe('`next` of the page before, with all other parameters unchanged. Absent for the first page.'),
};
