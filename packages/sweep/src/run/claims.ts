import { openSession, type Database } from '@sae-lab/db';

/** Marks runs as being trained by this process, so that two sweeps at once do not train one run twice. */
export interface Claims {
  /** False if another living process has it. */
  claim(runId: number): Promise<boolean>;
  release(runId: number): Promise<void>;
  close(): Promise<void>;
}

/** First key of the advisory locks, so that they are not taken for someone else's. */
const NAMESPACE = 0x5ae;

/** Claims are advisory locks of one session: Postgres drops them when the process dies, however it does. */
export async function openClaims({ url }: Database): Promise<Claims> {
  const session = await openSession(url);
  return {
    async claim(runId) {
      const [row] = await session.query(
        (sql) => sql`select pg_try_advisory_lock(${NAMESPACE}::int, ${runId}::int) as claimed`,
      );
      return row?.['claimed'] === true;
    },
    async release(runId) {
      await session.query((sql) => sql`select pg_advisory_unlock(${NAMESPACE}::int, ${runId}::int)`);
    },
    close: () => session.close(),
  };
}
