import type { Sweep, WorkerRow } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import type { ReactNode } from 'react';
import { Command } from '../../components/message.tsx';
import { shellWord } from '../../format/shell-word.ts';
import { isInQueue } from '../is-in-queue.ts';

interface NothingTrainsProps {
  readonly sweep: Sweep;
  /** Those that live. */
  readonly workers: readonly WorkerRow[];
  /** The number of runs that wait. */
  readonly waiting: number;
}

/** Why no run of a sweep trains, and what to do about it. */
export function NothingTrains({ sweep, workers, waiting }: NothingTrainsProps) {
  if (isInQueue(sweep)) {
    return (
      <InQueue queue={waiting > 0 ? sweep.queue : 'evaluate'} training={sweep.queue} workers={workers} />
    );
  }
  if (sweep.status === 'running') {
    return (
      <p className="text-[13px] text-soft">
        The sweep command is running and trains nothing at the moment: it extracts activations, starts, or
        evaluates.
      </p>
    );
  }
  return (
    <Start command={`pnpm sweep ${shellWord(sweep.file)}`}>
      No process works on this sweep. Start it to train the runs that wait:
    </Start>
  );
}

/** @param queue where the next work of the sweep waits */
function InQueue({
  queue,
  training,
  workers,
}: {
  queue: string;
  training: string;
  workers: readonly WorkerRow[];
}) {
  const what = queue === 'evaluate' ? 'All runs have ended. Evaluations that the sweep asks for' : 'Its runs';
  const serving = workers.filter(({ queues }) => queues.includes(queue)).length;
  if (serving > 0) {
    return (
      <p className="text-[13px] text-soft">
        {what} wait for their turn in the queue {queue}, or for activations.{' '}
        {serving === 1 ? '1 worker serves' : `${integer(serving)} workers serve`} it.
      </p>
    );
  }
  return (
    <Start command={training === 'train.gpu' ? 'pnpm worker --device auto' : 'pnpm worker'}>
      {what} wait in the queue {queue}, and no worker serves it. Start one on any machine that reaches the
      database:
    </Start>
  );
}

function Start({ command, children }: { command: string; children: ReactNode }) {
  return (
    <div className="grid gap-2 text-[13px] text-soft">
      <p>{children}</p>
      <Command>{command}</Command>
    </div>
  );
}
