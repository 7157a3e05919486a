import { parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import { COLUMN_KEYS } from './columns.ts';

/** The reader's choices on a sweep's page. They are in the URL, so that a link shows the same view. */
export const viewState = {
  sort: parseAsStringLiteral(COLUMN_KEYS),
  dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
  hook: parseAsString,
  width: parseAsInteger,
  figures: parseAsStringLiteral(['main', 'all'] as const).withDefault('main'),
  seeds: parseAsStringLiteral(['each', 'mean'] as const).withDefault('each'),
};
