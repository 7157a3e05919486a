import 'server-only';
import { exportedLatents, type Db } from '@sae-lab/db/reading';
import type { Described } from '../described-sae.ts';
import { filtersOf } from './filters-of.ts';
import type { ListState } from './list-state.ts';

export type ExportedLatent = Awaited<ReturnType<typeof exportedLatents>>[number];

/**
 * All latents that pass the reader's filters, in their order.
 *
 * @throws {SaeLabError} `filter.syntax`, `filter.unknown-key`, `filter.bad-value`
 */
export function loadExport(
  db: Db,
  { subject, shown }: Described,
  state: ListState,
): Promise<ExportedLatent[]> {
  const { filters, problem } = filtersOf(state);
  if (problem) throw problem.error;
  const order = { key: state.sort, direction: state.dir };
  return exportedLatents(db, { sae: { subject, evaluationId: shown.id }, filters, order });
}
