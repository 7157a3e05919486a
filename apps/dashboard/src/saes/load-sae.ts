import 'server-only';
import {
  activationsById,
  evaluationHistogramsOf,
  evaluationsOfSae,
  mainFigures,
  saeById,
  sweepsOfSae,
  type Db,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { newestVersions } from '../evaluations/newest-versions.ts';
import { loadInteresting } from '../latents/load-interesting.ts';

export type SaeDetails = Awaited<ReturnType<typeof loadSae>>;

/** What the page of an SAE that no run trained shows. */
export async function loadSae(db: Db, subject: SaeSubject & { readonly saeId: number }) {
  const { saeId } = subject;
  const row = (await saeById(db, saeId))!;
  const evaluations = await evaluationsOfSae(db, saeId);
  const histograms = await Promise.all(
    newestVersions(evaluations).map(({ id }) => evaluationHistogramsOf(db, id)),
  );
  return {
    row,
    /** All versions. */
    evaluations,
    figures: mainFigures(evaluations, 'saeId').get(saeId) ?? {},
    /** Two evaluations may have the same; the page shows each once. */
    histograms: [...new Map(histograms.flat().map((histogram) => [histogram.name, histogram])).values()],
    /** Undefined if no evaluation describes them. */
    latents: await loadInteresting(db, subject),
    sweeps: await sweepsOfSae(db, saeId),
    activations: row.activationsId === null ? undefined : await activationsById(db, row.activationsId),
  };
}
