import 'server-only';
import {
  listSweeps,
  runsOfSweep,
  sweepById,
  tagsOfSweep,
  type Db,
  type RunStatus,
  type SweepWithCounts,
} from '@sae-lab/db/reading';
import { notFound } from './find.ts';

export async function sweepsAnswer(db: Db) {
  return { sweeps: (await listSweeps(db)).map(sent) };
}

/** @throws {SaeLabError} `api.not-found` */
export async function sweepAnswer(db: Db, id: number) {
  const sweep = await sweepById(db, id);
  if (sweep === undefined) throw notFound('sweep', id);
  const runs = await runsOfSweep(db, id);
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  const { definition, source } = sweep;
  return {
    ...sent({ ...sweep, runs: counts, tags: await tagsOfSweep(db, id) }),
    definition,
    source,
    runIds: runs.map((run) => run.id),
  };
}

function sent(sweep: SweepWithCounts) {
  const { id, name, status, file, queue, createdAt, lastStartedAt, archivedAt, notes, tags, runs } = sweep;
  return {
    id,
    name,
    status,
    file,
    queue,
    createdAt: createdAt.toISOString(),
    lastStartedAt: lastStartedAt.toISOString(),
    archived: archivedAt !== null,
    notes,
    tags,
    runs,
  };
}
