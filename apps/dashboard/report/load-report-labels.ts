import { writtenLabels, type Db, type WrittenLabel } from '@sae-lab/db/reading';

/** Labels that a report has; those that were written last. */
const MOST_LABELS = 5000;

/** The labels of the latents of a sweep's runs and of the SAEs that it compares them with, the newest first. Notes stay where they were written. */
export async function loadReportLabels(db: Db, sweepId: number): Promise<readonly WrittenLabel[]> {
  const { rows } = await writtenLabels(db, {
    words: [],
    kinds: ['label', 'explanation'],
    sweepId,
    limit: MOST_LABELS,
  });
  return rows;
}

/** The label that stands for a latent: the newest one of a person, or else the best one of a language model. */
export function labelOf(labels: readonly WrittenLabel[], runId: number, latent: number): string | undefined {
  const own = labels.filter((label) => label.subject.runId === runId && label.latent === latent);
  const best = own
    .filter(({ kind }) => kind === 'explanation')
    .toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1))[0];
  return (own.find(({ kind }) => kind === 'label') ?? best)?.text;
}
