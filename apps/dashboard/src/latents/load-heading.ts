import 'server-only';
import { listVariants, runById, sweepsOfRun, type Db, type Run } from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { captionedRun, type CaptionedRun } from '../runs/charted-run.ts';
import { findRun, type Found } from '../runs/find-run.ts';
import { runConfigurations } from '../sweeps/configurations.ts';

/** What the pages of latents show of the run. */
export interface RunHeading {
  readonly run: Run;
  /** E.g. `topk k=32`. */
  readonly label: string;
  readonly captioned: CaptionedRun;
  readonly isFinished: boolean;
  readonly sweeps: readonly { readonly id: number; readonly name: string }[];
}

/** Finds a run by its id or the start of its hash; undefined if there is none. */
export async function loadHeading(
  db: Db,
  segment: string,
): Promise<RunHeading | Extract<Found, { candidates: unknown }> | undefined> {
  const found = await findRun(db, segment);
  if (found === undefined || 'candidates' in found) return found;
  const [run, variants, sweeps] = await Promise.all([
    runById(db, found.id),
    listVariants(db),
    sweepsOfRun(db, found.id),
  ]);
  if (run === undefined) return undefined;
  const { coefficient } = runConfigurations([run], variants, { exact: true })[0]!;
  const label = runLabel({ variant: run.variant, coefficient });
  const isFinished = run.status === 'finished';
  return { run, label, captioned: captionedRun(run, label), isFinished, sweeps };
}
