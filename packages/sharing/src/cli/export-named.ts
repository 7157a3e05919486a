import type { Db } from '@sae-lab/db';
import { useCpuBackend } from '@sae-lab/kernels';
import { exportRun } from '../export/export-run.ts';
import { exportSweep } from '../export/export-sweep.ts';
import type { FoundRuns } from '../find-runs.ts';
import { readSharedRun, type SharedRun } from '../shared-run.ts';

/**
 * Exports the runs that a name stands for.
 *
 * @returns folders that were written, relative to `folder`; '.' for a single run
 * @throws {SaeLabError} `share.missing-files`, `files.*`, `sae.*`
 */
export async function exportNamed(
  db: Db,
  { sweep, runs }: FoundRuns,
  folder: string,
  dataDir: string,
): Promise<string[]> {
  await useCpuBackend({ threads: 1 });
  if (sweep !== undefined) return exportSweep(sweep, reading(db, dataDir, runs), folder, dataDir);
  await exportRun(await readSharedRun(db, dataDir, runs[0]!), folder, dataDir);
  return ['.'];
}

async function* reading(db: Db, dataDir: string, runs: FoundRuns['runs']): AsyncGenerator<SharedRun> {
  for (const run of runs) yield await readSharedRun(db, dataDir, run);
}
