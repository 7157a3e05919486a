import { parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import { STABILITY } from './stability-rows.ts';

/** The reader's choices on the stability page. They are in the address, so that a link shows the same view. */
export const stabilityState = {
  measure: parseAsStringLiteral(STABILITY).withDefault('match_one_to_one'),
  hook: parseAsString,
  width: parseAsInteger,
  configuration: parseAsInteger,
};
