import { hasCheckpoint } from '@sae-lab/core';
import { runsOfSweep, type Db, type RunStatus } from '@sae-lab/db';
import type { QueuedRun } from './run-queue.ts';
import { runFolder } from './run-folder.ts';

/** A warning about interrupted runs whose checkpoint is not in the data folder; undefined if there are none. */
export async function checkpointWarning(
  db: Db,
  sweepId: number,
  toRun: readonly (QueuedRun & { status: RunStatus })[],
  dataDir: string,
): Promise<string | undefined> {
  const without = new Set(
    toRun
      .filter((run) => run.status === 'interrupted' && !hasCheckpoint(runFolder(dataDir, run)))
      .map(({ runId }) => runId),
  );
  if (without.size === 0) return undefined;
  const stored = (await runsOfSweep(db, sweepId)).filter(({ id, step }) => without.has(id) && step > 0);
  if (stored.length === 0) return undefined;
  const places = new Set(stored.map(({ provenance }) => placeOf(provenance ?? {}, dataDir)));
  const runs = stored.length === 1 ? 'an interrupted run' : `${stored.length} interrupted runs`;
  return `There is no checkpoint of ${runs} in ${dataDir}: training from the beginning.${[...places].join('')}`;
}

/** A sentence about an attempt in another data folder. */
function placeOf({ hostname, dataDir }: Record<string, unknown>, ownDataDir: string): string {
  if (typeof dataDir !== 'string' || dataDir === ownDataDir) return '';
  return ` The earlier attempt was in ${dataDir} on ${String(hostname)}.`;
}
