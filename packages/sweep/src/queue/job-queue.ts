import { setTimeout as sleep } from 'node:timers/promises';
import { openQueueConnection, QUEUE_SCHEMA, silentSeconds, type Database } from '@sae-lab/db';
import { PgBoss } from 'pg-boss';
import { QUEUES, type Invitations, type QueueName } from './queues.ts';

/** An invitation that this process has taken. */
export interface Job<Name extends QueueName = QueueName> {
  readonly id: string;
  /** How often it was handed out before. A job that was handed out again is no longer this one. */
  readonly retryCount: number;
  readonly queue: Name;
  /** At most one job of a queue has this key. */
  readonly key: string;
  readonly data: Invitations[Name];
}

/** A job of any queue; its name says what it carries. */
export type AnyJob = { [Name in QueueName]: Job<Name> }[QueueName];

/**
 * The queues, in their own schema of the database. A job is only an invitation to look at a run's row: it may come twice,
 * or late, and nothing depends on it.
 */
export interface JobQueue {
  /** Adds invitations, in this order. One whose key is waiting or taken already is left out. */
  invite<Name extends QueueName>(
    queue: Name,
    jobs: readonly { key: string; data: Invitations[Name]; priority?: number }[],
  ): Promise<void>;
  /** @param except groups of jobs that this process leaves to others, see {@link groupOf} */
  take(queues: readonly QueueName[], except?: ReadonlySet<string>): Promise<AnyJob | undefined>;
  /** Says that this process still works on these jobs. */
  beat(jobs: Iterable<AnyJob>): Promise<void>;
  done(job: AnyJob): Promise<void>;
  /** The job is over, but a reader may want it done again: see {@link inviteAgain}. It is kept for a year. */
  keep(job: AnyJob): Promise<void>;
  /**
   * Puts kept invitations with these keys back. Asking twice, or in two processes, adds nothing.
   *
   * @returns the number of invitations that were found
   */
  inviteAgain(queues: readonly QueueName[], keys: readonly string[]): Promise<number>;
  /** Lets others take a job, after a few seconds. */
  giveBack(job: AnyJob, why: string): Promise<void>;
  /**
   * The number of jobs that are not done: those that wait, and those that somebody works on.
   *
   * @param except groups of jobs that do not count
   */
  outstanding(queues: readonly QueueName[], except?: ReadonlySet<string>): Promise<number>;
  /** Whether a job with this key waits or is being worked on. */
  isOutstanding(queue: QueueName, key: string): Promise<boolean>;
  /** Whether somebody works on the job with this key. */
  isTaken(queue: QueueName, key: string): Promise<boolean>;
  close(): Promise<void>;
  /** Ends the connection at once, and with it every call that waits. For a database that does not answer. */
  abandon(): Promise<void>;
}

interface KeptJob {
  readonly id: string;
  readonly name: QueueName;
  readonly key: string;
  readonly data: Invitations[QueueName];
  readonly priority: number;
}

/** How often, and at what interval, a process tries to make the tables that others may be making, too. */
const START_TRIES = 20;
const START_MS = 100;
/** States of Postgres: something exists already, a deadlock. */
const MADE_BY_OTHERS = new Set<unknown>(['42P06', '42P07', '42710', '42723', '23505', '40P01', 'XX000']);
/** Seconds before a job that was given back may be taken. */
const DELAY_SECONDS = 2;
/** The runs themselves limit how often they are tried. */
const NO_LIMIT = 1_000_000;
const YEAR_SECONDS = 365 * 24 * 3600;
/** The longest time that the queue allows. A job that takes longer is handed out again and finds its run claimed. */
const EXPIRE_SECONDS = 23 * 3600;
/** Of pg-boss. A job that is free later than its run only delays the next try. */
const SHORTEST_HEARTBEAT = 10;
const INSERTED_AT_ONCE = 1000;

/**
 * Opens the queues, and makes them the first time.
 *
 * @param supervise whether this process frees jobs of dead workers
 * @throws errors of the database as the driver throws them; see `explainError`
 */
export async function openJobQueue(
  database: Pick<Database, 'url' | 'directUrl'>,
  { supervise }: { supervise: boolean },
): Promise<JobQueue> {
  const connection = await openQueueConnection(database);
  const boss = new PgBoss({
    db: connection,
    schema: QUEUE_SCHEMA,
    schedule: false,
    supervise,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
  });
  // Each call reports its own errors. Those of the supervision come again.
  boss.on('error', () => {});
  try {
    await startBoss(boss);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const count = async (condition: string, values: unknown[]): Promise<number> => {
    const { rows } = await connection.executeSql(
      `select count(*)::int as count from ${QUEUE_SCHEMA}.job where ${condition}`,
      values,
    );
    return rows[0]!['count'] as number;
  };
  return {
    async invite(queue, jobs) {
      for (let start = 0; start < jobs.length; start += INSERTED_AT_ONCE) {
        await boss.insert(
          queue,
          jobs
            .slice(start, start + INSERTED_AT_ONCE)
            .map(({ key, data, priority = 0 }) => invitation({ queue, key }, data, priority)),
        );
      }
    },
    async take(queues, except) {
      for (const queue of queues) {
        const [job] = await boss.fetch<Invitations[QueueName]>(queue, {
          includeMetadata: true,
          ignoreGroups: [...(except ?? [])],
        });
        if (job !== undefined) {
          const { id, retryCount, singletonKey, data } = job;
          return { id, retryCount, queue, key: singletonKey!, data } as AnyJob;
        }
      }
      return undefined;
    },
    async beat(jobs) {
      for (const [queue, ofQueue] of Map.groupBy(jobs, (job) => job.queue)) {
        await boss.touch(queue, ofQueue);
      }
    },
    keep: async (job) => void (await boss.complete(job.queue, job)),
    async inviteAgain(names, keys) {
      if (keys.length === 0) return 0;
      const { rows } = await connection.executeSql(
        `select id, name, singleton_key as key, data, priority from ${QUEUE_SCHEMA}.job
          where name = any($1::text[]) and singleton_key = any($2::text[]) and state = 'completed'`,
        [names, keys],
      );
      for (const row of rows) {
        const { id, name, key, data, priority } = row as unknown as KeptJob;
        // The old one goes last: if this process dies before, it is found again, and its key is taken.
        await boss.insert(name, [invitation({ queue: name, key }, data, priority)]);
        await boss.deleteJob(name, id);
      }
      return rows.length;
    },
    done: async (job) => void (await boss.deleteJob(job.queue, job)),
    giveBack: async (job, why) => void (await boss.fail(job.queue, job, { why })),
    outstanding: (queues, except) =>
      count(
        `name = any($1::text[]) and state < 'completed' and name || ' ' || singleton_key <> all($2::text[])`,
        [queues, [...(except ?? [])]],
      ),
    isOutstanding: async (queue, key) =>
      (await count(`name = $1 and singleton_key = $2 and state < 'completed'`, [queue, key])) > 0,
    isTaken: async (queue, key) =>
      (await count(`name = $1 and singleton_key = $2 and state = 'active'`, [queue, key])) > 0,
    async close() {
      await boss.stop({ graceful: false });
      await connection.close();
    },
    abandon: () => connection.close(),
  };
}

/** Each job is a separate group, so that a worker can ask for any job but some. */
function invitation(job: Pick<AnyJob, 'queue' | 'key'>, data: Invitations[QueueName], priority: number) {
  return { singletonKey: job.key, group: { id: groupOf(job) }, data, priority };
}

/** The group of a job. Jobs of several queues may have one key, such as those of a sweep. */
export function groupOf({ queue, key }: Pick<AnyJob, 'queue' | 'key'>): string {
  return `${queue} ${key}`;
}

/** Makes or upgrades the tables. If several processes do so at once, all but one fail, and find them made. */
async function startBoss(boss: PgBoss): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await boss.start();
      return await makeQueues(boss);
    } catch (error) {
      if (tries === START_TRIES || !MADE_BY_OTHERS.has((error as { code?: unknown }).code)) throw error;
      await sleep(START_MS);
    }
  }
}

async function makeQueues(boss: PgBoss): Promise<void> {
  const existing = new Set((await boss.getQueues()).map(({ name }) => name));
  for (const name of QUEUES) {
    if (existing.has(name)) continue;
    await boss.createQueue(name, {
      policy: 'exclusive',
      heartbeatSeconds: Math.max(SHORTEST_HEARTBEAT, silentSeconds()),
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: NO_LIMIT,
      retryDelay: DELAY_SECONDS,
      retentionSeconds: YEAR_SECONDS,
      deleteAfterSeconds: YEAR_SECONDS,
    });
  }
}
