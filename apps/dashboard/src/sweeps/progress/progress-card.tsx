import { Card } from '@tremor/react';
import { HIGHEST_PRIORITY, type EvaluatedRun, type Sweep, type WorkerRow } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { StatusCounts } from '../../components/status-counts.tsx';
import { duration } from '../../format/time.ts';
import type { RunRow } from '../run-row.ts';
import { countBy } from '../entries.ts';
import { isInQueue } from '../is-in-queue.ts';
import { NothingTrains } from './nothing-trains.tsx';
import { PriorityField } from './priority-field.tsx';
import { RunningRuns } from './running-runs.tsx';
import { secondsLeft } from './time-left.ts';

interface ProgressCardProps {
  readonly sweep: Sweep;
  readonly runs: readonly EvaluatedRun[];
  /** The same runs as their table shows them. */
  readonly rows: readonly RunRow[];
  /** The workers that live. */
  readonly workers: readonly WorkerRow[];
  /** When they were read, in milliseconds since 1970. */
  readonly now: number;
}

/** How far a sweep is, how long it will take, and what trains where. Absent once every run has ended, and what a sweep in the queue asks for is evaluated. */
export function ProgressCard({ sweep, runs, rows, workers, now }: ProgressCardProps) {
  const counts = countBy(rows);
  const waiting = (counts.queued ?? 0) + (counts.interrupted ?? 0);
  const training = counts.running ?? 0;
  const inQueue = isInQueue(sweep);
  if (waiting + training === 0 && !inQueue && (sweep.status !== 'running' || runs.length > 0)) return null;
  const left = secondsLeft(runs, now);
  const ended = runs.length - waiting - training;
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="text-base font-semibold">Progress</h2>
        <span className="text-[13px] text-soft">
          {integer(ended)} of {runs.length === 1 ? '1 run has' : `${integer(runs.length)} runs have`} ended
          {left === undefined ? null : (
            <span title="The steps that are left, at the pace of the runs so far, shared among those that train now">
              , about {duration(left)} left
            </span>
          )}
        </span>
        {inQueue ? (
          <PriorityField sweepId={sweep.id} priority={sweep.priority} highest={HIGHEST_PRIORITY} />
        ) : null}
      </div>
      <StatusCounts counts={counts} />
      {training > 0 ? (
        <RunningRuns runs={runs} rows={rows} />
      ) : (
        <NothingTrains sweep={sweep} workers={workers} waiting={waiting} />
      )}
    </Card>
  );
}
