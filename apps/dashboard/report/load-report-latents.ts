import {
  featuresOf,
  latentOf,
  latentsByDensity,
  type Db,
  type EvaluationRow,
  type LatentRow,
} from '@sae-lab/db/reading';
import type { CompareRow } from '../src/compare/compare-row.ts';

/** SAEs whose latents a report shows. */
const MOST_SAES = 6;
/** Latents from which typical ones are chosen. */
const MOST_READ = 5000;

/** Latents of one SAE. */
export interface SaeLatents {
  readonly row: CompareRow;
  /** Of how many latents the evaluation describes these are. */
  readonly described: number;
  readonly latents: readonly LatentRow[];
}

/**
 * The most typical latents of an SAE of each variant: those whose density is nearest to the median, on a log scale. Of the
 * runs of a variant, the one with the middle L0 counts.
 */
export async function loadReportLatents(
  db: Db,
  rows: readonly CompareRow[],
  evaluations: readonly EvaluationRow[],
  count: number,
): Promise<SaeLatents[]> {
  if (count === 0) return [];
  const evaluated = new Set(evaluations.filter(({ name }) => name === 'features').map(({ runId }) => runId));
  const described = rows.filter(({ id }) => evaluated.has(id));
  const chosen = [...Map.groupBy(described, ({ versionedVariant }) => versionedVariant).values()].map(
    middleL0,
  );
  const found: SaeLatents[] = [];
  for (const row of chosen.slice(0, MOST_SAES)) {
    const features = await featuresOf(db, { runId: row.id });
    if (features === undefined) continue;
    const evaluationId = features.id;
    const all = await latentsByDensity(db, evaluationId, { limit: MOST_READ });
    const firing = all.filter(({ density }) => density > 0);
    const typical = nearestToMedian(firing, count);
    const latents = await Promise.all(typical.map(({ latent }) => latentOf(db, evaluationId, latent)));
    found.push({ row, described: all.length, latents: latents.filter((latent) => latent !== undefined) });
  }
  return found;
}

function middleL0(rows: readonly CompareRow[]): CompareRow {
  const sorted = rows.toSorted(
    (a, b) => (a.figures['l0'] ?? 0) - (b.figures['l0'] ?? 0) || a.seed - b.seed || a.id - b.id,
  );
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** @param latents by density */
function nearestToMedian<T extends { readonly density: number; readonly latent: number }>(
  latents: readonly T[],
  count: number,
): T[] {
  const median = Math.log(latents[Math.floor(latents.length / 2)]?.density ?? 1);
  const distance = ({ density }: T): number => Math.abs(Math.log(density) - median);
  return latents
    .toSorted((a, b) => distance(a) - distance(b) || a.latent - b.latent)
    .slice(0, count)
    .toSorted((a, b) => b.density - a.density || a.latent - b.latent);
}
