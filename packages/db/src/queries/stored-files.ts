import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { artifacts, runs } from '../schema/index.ts';
import type { Artifact } from './results.ts';

/** The files of a finished run as recorded when it ended, and where they were written. */
export interface StoredFiles {
  runHash: string;
  /** The machine that trained the run; null where it was not recorded. */
  hostname: string | null;
  /** The absolute path of that machine's data folder; null where it was not recorded. */
  dataDir: string | null;
  artifacts: Artifact[];
}

/** The files of those of these runs that are finished, in no particular order. */
export async function storedFiles(db: Db, runHashes: readonly string[]): Promise<StoredFiles[]> {
  const found: StoredFiles[] = [];
  // A statement takes at most 65535 parameters.
  for (let start = 0; start < runHashes.length; start += 10_000) {
    const slice = runHashes.slice(start, start + 10_000);
    const finished = and(inArray(runs.runHash, slice), eq(runs.status, 'finished'));
    const owners = await db
      .select({
        id: runs.id,
        runHash: runs.runHash,
        hostname: sql<string | null>`${runs.provenance}->>'hostname'`,
        dataDir: sql<string | null>`${runs.provenance}->>'dataDir'`,
      })
      .from(runs)
      .where(finished);
    const files = await db
      .select({
        runId: artifacts.runId,
        kind: artifacts.kind,
        path: artifacts.path,
        bytes: artifacts.bytes,
        sha256: artifacts.sha256,
      })
      .from(artifacts)
      .innerJoin(runs, eq(runs.id, artifacts.runId))
      .where(finished);
    const byRun = Map.groupBy(files, ({ runId }) => runId);
    for (const { id, ...owner } of owners) {
      const own = byRun.get(id) ?? [];
      found.push({
        ...owner,
        artifacts: own.map(({ kind, path, bytes, sha256 }) => ({ kind, path, bytes, sha256 })),
      });
    }
  }
  return found;
}
