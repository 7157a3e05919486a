import 'server-only';
import { finishedRuns, listSaes, listVariants, type Db } from '@sae-lab/db/reading';
import { runLabel } from '@sae-lab/measures';
import { subjectName, subjectSegment } from '../saes/subject.ts';
import { runConfigurations } from '../sweeps/configurations.ts';

/** More runs are not offered: their ids can be put into the address. */
const MOST_OFFERED = 500;

/** An SAE to choose for a pair. */
export interface OfferedSae {
  /** As an address names it. */
  readonly segment: string;
  readonly label: string;
}

/** SAEs that no run trained, and finished runs, the newest first. */
export async function loadOffered(db: Db): Promise<OfferedSae[]> {
  const [saes, runs, variants] = await Promise.all([
    listSaes(db),
    finishedRuns(db, { limit: MOST_OFFERED }),
    listVariants(db),
  ]);
  const configurations = runConfigurations(runs, variants);
  return [
    ...saes.map(({ id, name, hook, width }) => ({
      segment: subjectSegment({ saeId: id }),
      label: `${runLabel({ variant: name, hook, width })}, ${subjectName({ saeId: id })}`,
    })),
    ...runs.map(({ id, variant, hook, width, seed }, i) => ({
      segment: subjectSegment({ runId: id }),
      label: `${runLabel({ variant, coefficient: configurations[i]!.coefficient, hook, width, seed })}, ${subjectName({ runId: id })}`,
    })),
  ];
}
