import { createParser, parseAsStringLiteral } from 'nuqs';
import { LISTS, THRESHOLD } from './pair-lists.ts';

/** A cosine. */
const cosine = createParser({
  parse: (text) => (text.trim() !== '' && Math.abs(Number(text)) <= 1 ? Number(text) : null),
  serialize: String,
});

/** The reader's choices on the page of a pair. They are in the address, so that a link shows the same view. */
export const pairState = {
  list: parseAsStringLiteral(LISTS).withDefault('pairs'),
  threshold: cosine.withDefault(THRESHOLD),
};
