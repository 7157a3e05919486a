import 'server-only';
import {
  activationsById,
  listVariants,
  runById,
  runsOfSweep,
  sizeOfSweep,
  sweepsOfRun,
  type Db,
  type Run,
} from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { runConfigurations } from '../sweeps/configurations.ts';
import { captionedRun, type CaptionedRun } from '../runs/charted-run.ts';

/** Runs of a larger sweep are not offered: their ids can be put into the address. */
const MOST_OFFERED = 500;

/** A run as the pages that read texts name it. */
export interface NamedRun {
  readonly id: number;
  /** E.g. `topk k=32`. */
  readonly label: string;
  readonly hook: string;
  readonly width: number;
  readonly seed: number;
  readonly captioned: CaptionedRun;
}

export interface TextPage {
  readonly run: NamedRun;
  readonly sweeps: readonly { readonly id: number; readonly name: string }[];
  /** Finished runs of the same sweep, which read the same model. */
  readonly others: readonly NamedRun[];
  /** The run that is compared, if there is one. */
  readonly other: NamedRun | undefined;
  /** Why the run cannot read text. */
  readonly obstacle: 'unfinished' | 'no-model' | undefined;
}

/** @param otherId the run to compare with; itself counts as none. @returns undefined if the database lacks the run `runId` */
export async function loadTextPage(
  db: Db,
  runId: number,
  otherId: number | null,
): Promise<TextPage | undefined> {
  const run = await runById(db, runId);
  if (run === undefined) return undefined;
  const sweeps = await sweepsOfRun(db, runId);
  const [sweep] = sweeps;
  const siblings =
    sweep !== undefined && (await sizeOfSweep(db, sweep.id)) <= MOST_OFFERED
      ? (await runsOfSweep(db, sweep.id)).filter(({ id, status }) => id !== runId && status === 'finished')
      : [];
  // A run next to itself says nothing.
  const wanted = otherId === null || otherId === runId ? undefined : await runById(db, otherId);
  const named = await namesOf(db, [run, ...siblings, ...(wanted === undefined ? [] : [wanted])]);
  const manifest = (await activationsById(db, run.activationsId))?.manifest;
  return {
    run: named.get(runId)!,
    sweeps: sweeps.map(({ id, name }) => ({ id, name })),
    others: siblings.map(({ id }) => named.get(id)!),
    other: wanted && named.get(wanted.id),
    obstacle:
      run.status !== 'finished' ? 'unfinished' : manifest?.['model'] === undefined ? 'no-model' : undefined,
  };
}

async function namesOf(db: Db, runs: readonly Run[]): Promise<Map<number, NamedRun>> {
  const distinct = [...new Map(runs.map((run) => [run.id, run])).values()];
  const configurations = runConfigurations(distinct, await listVariants(db), { exact: true });
  return new Map(
    distinct.map((run, index) => {
      const { id, variant, hook, width, seed } = run;
      const label = runLabel({ variant, coefficient: configurations[index]!.coefficient });
      return [id, { id, label, hook, width, seed, captioned: captionedRun(run, label) }];
    }),
  );
}
