import {
  activationsById,
  artifactsOf,
  curvesOfRun,
  evaluationOf,
  histogramsOf,
  listVariants,
  runById,
  runVersion,
  sweepsOfRun,
  type Db,
} from '@sae-lab/db/reading';
import { placeOf } from './artifact-place.ts';
import { runConfigurations } from '../sweeps/configurations.ts';

export type RunDetails = NonNullable<Awaited<ReturnType<typeof loadRun>>>;

/** All that the page of a run shows; undefined if there is no such run. */
export async function loadRun(db: Db, id: number) {
  // The version first: what changes in between is then seen as new, rather than missed.
  const version = await runVersion(db, id);
  const run = await runById(db, id);
  if (!run) return undefined;
  const variants = await listVariants(db);
  return {
    version,
    run,
    coefficient: runConfigurations([run], variants, { exact: true })[0]!.label,
    variant: variants.find(
      ({ name, mathVersion }) => name === run.variant && mathVersion === run.mathVersion,
    ),
    sweeps: await sweepsOfRun(db, id),
    activations: await activationsById(db, run.activationsId),
    evaluation: await evaluationOf(db, id),
    histograms: await histogramsOf(db, id),
    // The other files of an SAE are in the folder of its weights.
    artifacts: await Promise.all(
      (await artifactsOf(db, id))
        .filter(({ kind }) => kind === 'sae')
        .map(async (file) => ({ ...file, place: await placeOf(file, run.provenance) })),
    ),
    curves: await curvesOfRun(db, id),
  };
}
