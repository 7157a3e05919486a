import { parseDatabaseUrl } from './database-url.ts';

/** The parameter that tells other drivers, too, to use no prepared statements. */
const PARAMETER = 'pgbouncer';

/**
 * Whether a URL leads to a pooler that gives each transaction to another session. Nothing may then be left in a session:
 * no locks, no prepared statements, no channels.
 */
export function isPooled(url: string): boolean {
  return parseDatabaseUrl(url).parameters.get(PARAMETER) === 'true';
}

/** The URL with a mark that it leads to such a pooler. */
export function asPooled(url: string): string {
  return isPooled(url) ? url : `${url.trim()}${url.includes('?') ? '&' : '?'}${PARAMETER}=true`;
}
