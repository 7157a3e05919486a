import { parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import { COLUMN_KEYS } from './columns.ts';

/** What the reader has chosen on a sweep's page; it is in the URL, so that a link shows the same. */
export const viewState = {
  sort: parseAsStringLiteral(COLUMN_KEYS),
  dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
  hook: parseAsString,
  width: parseAsInteger,
  seeds: parseAsStringLiteral(['each', 'mean'] as const).withDefault('each'),
};
