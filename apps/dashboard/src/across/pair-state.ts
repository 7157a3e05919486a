import { parseAsFloat, parseAsStringLiteral } from 'nuqs';
import { LISTS, THRESHOLD } from './pair-lists.ts';

/** The reader's choices on the page of a pair. They are in the address, so that a link shows the same view. */
export const pairState = {
  list: parseAsStringLiteral(LISTS).withDefault('pairs'),
  threshold: parseAsFloat.withDefault(THRESHOLD),
};
