import 'server-only';
import {
  activationsById,
  isSameSubject,
  listVariants,
  runById,
  finishedRuns,
  runsOfSweep,
  saeById,
  saesOfModel,
  sizeOfSweep,
  sweepsOfRun,
  type Db,
  type Run,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { captionedRun } from '../runs/charted-run.ts';
import { namedSae } from '../saes/load-heading.ts';
import type { NamedSae, SaeHeading } from '../saes/sae-heading.ts';
import { runConfigurations } from '../sweeps/configurations.ts';

/** More runs are not offered: their ids can be put into the address. */
const MOST_OFFERED = 500;

export interface TextPage {
  readonly sae: NamedSae;
  /** SAEs that read the same model. */
  readonly others: readonly NamedSae[];
  /** The SAE that is compared, if there is one. */
  readonly other: NamedSae | undefined;
  /** Why the SAE cannot read text. */
  readonly obstacle: 'unfinished' | 'no-model' | undefined;
}

/** @param otherOf the SAE to compare with; itself counts as none */
export async function loadTextPage(
  db: Db,
  heading: SaeHeading,
  otherOf: SaeSubject | null,
): Promise<TextPage> {
  const { subject, hook, status } = heading;
  const activationsId = await activationsOf(db, subject);
  const activations = activationsId === null ? undefined : await activationsById(db, activationsId);
  const isOfModel = activations?.manifest['model'] !== undefined;
  const model = activations?.model ?? null;
  const siblings =
    subject.runId !== undefined
      ? await siblingsOf(db, subject.runId)
      : model === null
        ? []
        : await finishedRuns(db, { model, hook, limit: MOST_OFFERED });
  // An SAE next to itself says nothing.
  const wanted = otherOf === null || isSameSubject(otherOf, subject) ? undefined : otherOf;
  const run = wanted?.runId === undefined ? undefined : await runById(db, wanted.runId);
  const sae = wanted?.saeId === undefined ? undefined : await saeById(db, wanted.saeId);
  const named = await namedRuns(db, [...siblings, ...(run === undefined ? [] : [run])]);
  const bare = model === null ? [] : (await saesOfModel(db, model)).map(namedSae);
  return {
    sae: heading,
    others: [
      ...siblings.map(({ id }) => named.get(id)!),
      ...bare.filter((one) => !isSameSubject(one.subject, subject)),
    ],
    other: run === undefined ? sae && namedSae(sae) : named.get(run.id),
    obstacle: status !== 'finished' ? 'unfinished' : isOfModel ? undefined : 'no-model',
  };
}

async function activationsOf(db: Db, { runId, saeId }: SaeSubject): Promise<string | null> {
  const row = runId === undefined ? await saeById(db, saeId) : await runById(db, runId);
  return row?.activationsId ?? null;
}

/** Finished runs of the same sweep. */
async function siblingsOf(db: Db, runId: number): Promise<Run[]> {
  const [sweep] = await sweepsOfRun(db, runId);
  if (sweep === undefined || (await sizeOfSweep(db, sweep.id)) > MOST_OFFERED) return [];
  return (await runsOfSweep(db, sweep.id)).filter(({ id, status }) => id !== runId && status === 'finished');
}

async function namedRuns(db: Db, runs: readonly Run[]): Promise<Map<number, NamedSae>> {
  const distinct = [...new Map(runs.map((run) => [run.id, run])).values()];
  const configurations = runConfigurations(distinct, await listVariants(db), { exact: true });
  return new Map(
    distinct.map((run, index) => {
      const { id, variant, hook, width, seed } = run;
      const label = runLabel({ variant, coefficient: configurations[index]!.coefficient });
      return [id, { subject: { runId: id }, label, hook, width, seed, captioned: captionedRun(run, label) }];
    }),
  );
}
