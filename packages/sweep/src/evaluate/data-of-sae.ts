import { join } from 'node:path';
import {
  activationsById,
  runOnActivations,
  type ActivationsRow,
  type Db,
  type Run,
  type SaeRow,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { EvaluatedHook } from './evaluated-hook.ts';
import { storedData, type StoredData } from './target/stored-data.ts';

/** What an SAE that no run trained was last evaluated on. */
export interface DataOfSae extends StoredData {
  readonly row: ActivationsRow;
  readonly activations: EvaluatedHook['activations'];
}

/** @throws {SaeLabError} `evaluation.no-data` if it was never evaluated */
export async function dataOfSae(db: Db, sae: SaeRow, dataDir: string): Promise<DataOfSae> {
  const { data, activationsId: id } = sae;
  const row = id === null ? undefined : await activationsById(db, id);
  if (data === null || row === undefined) {
    throw new SaeLabError('evaluation.no-data', {
      problem: `SAE ${sae.id} was never evaluated, so its model and its activations are unknown`,
      field: sae.source,
      expected: 'an SAE that was evaluated',
      fix:
        sae.kind === 'foreign'
          ? `Run \`pnpm evaluate ${sae.source}\` with --like, or with --model and --dataset.`
          : 'Run `pnpm evaluate` with a sweep that has this baseline.',
    });
  }
  const stored = storedData(data, `SAE ${sae.id}`);
  const run = await runOnActivations(db, row.id);
  const activations = {
    id: row.id,
    folder: join(dataDir, row.folder),
    holdout: stored.source.evaluation.holdout,
    firstRows: run && windowRowsOf(run),
  };
  return { ...stored, row, activations };
}

/** The rows of a window, if the run was trained and evaluated in windows. */
export function windowRowsOf({ config }: Pick<Run, 'config'>): number | undefined {
  return (config as { training?: { windowRows?: number } }).training?.windowRows;
}
