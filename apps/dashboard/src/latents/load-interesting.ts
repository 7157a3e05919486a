import 'server-only';
import { parseFilter } from '@sae-lab/db/filter';
import { latentTable, type Db, type SaeSubject } from '@sae-lab/db/reading';
import { describedSae } from './described-sae.ts';
import { itemOf, type LatentItem } from './list/load-list.ts';

export interface InterestingLatents {
  readonly rows: readonly LatentItem[];
  /** Whether they were chosen because they have labels. */
  readonly isLabelled: boolean;
  /** Latents that are described. */
  readonly total: number;
}

const SHOWN = { limit: 6, examples: 3 };

/**
 * A few latents of an SAE: those that people or language models labelled, or else the strongest of those that fire on at most
 * 1 % of the tokens, or else the strongest. Undefined if none are described.
 */
export async function loadInteresting(db: Db, subject: SaeSubject): Promise<InterestingLatents | undefined> {
  const described = await describedSae(db, subject, null);
  if (described === undefined) return undefined;
  const { sae, shown } = described;
  const total = shown.latents;
  const order = { key: 'max_activation', direction: 'desc' } as const;
  for (const filter of ['label is not missing', 'density > 0 and density <= 0.01', '']) {
    const parsed = parseFilter(filter);
    const filters = parsed.problem || parsed.value === undefined ? [] : [parsed.value];
    const rows = await latentTable(db, { sae, filters, order }, SHOWN);
    if (rows.length > 0) return { rows: rows.map(itemOf), isLabelled: filter.startsWith('label'), total };
  }
  return undefined;
}
