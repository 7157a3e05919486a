import { environment, visibleText } from '@sae-lab/command-line';
import type { ServedCounts } from '../serve/events.ts';

/** For a worker that found nothing to do: without DATABASE_URL, its embedded database is easily the wrong one. */
export function emptyQueuesNotice(counts: ServedCounts, dataDir: string): string | undefined {
  if (environment('DATABASE_URL') !== undefined) return undefined;
  if (Object.values(counts).some((count) => count > 0)) return undefined;
  return (
    `This was the database in ${visibleText(dataDir)}. For runs in another one, set DATABASE_URL, or give the --data of ` +
    'the sweep.'
  );
}
