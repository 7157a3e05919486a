'use client';

import { integer } from '@sae-lab/measures';
import { useRouter } from 'next/navigation';
import { BUTTON } from '../../all-runs/popover.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useAction } from '../../requests/use-action.ts';
import { DeleteSweep } from './delete-sweep.tsx';

interface SweepActionsProps {
  readonly id: number;
  readonly name: string;
  readonly archived: boolean;
  /** Whether a process works on the sweep, or on one of its runs. */
  readonly running: boolean;
  /** Whether the sweep is to end, and has not ended yet. */
  readonly cancelling: boolean;
  /** Number of runs that train now. */
  readonly training: number;
  /** Number of runs that wait: queued or interrupted. */
  readonly waiting: number;
  /** Number of these and of those that train that belong to other sweeps, too. */
  readonly shared: number;
  /** The runs that failed, diverged or were cancelled. */
  readonly retryable: readonly number[];
}

/** What can be done with a sweep. */
export function SweepActions({
  id,
  name,
  archived,
  running,
  cancelling,
  training,
  waiting,
  shared,
  retryable,
}: SweepActionsProps) {
  const router = useRouter();
  const { act, busy, problem } = useAction();
  const path = `/api/sweeps/${id}`;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {cancelling ? (
        <span className="text-[13px] text-soft">Stopping after the current steps …</span>
      ) : running || waiting > 0 ? (
        <ConfirmDialog
          button="Cancel sweep"
          title={`Cancel ${name}?`}
          confirm="Cancel sweep"
          busy={busy}
          problem={problem}
          onConfirm={async () => (await act('POST', `${path}/cancel`)).problem === undefined}
        >
          {training > 0 ? (
            <p>{runsText(training, 'trains', 'train')} now: each finishes its step and keeps a checkpoint.</p>
          ) : null}
          {waiting > 0 ? <p>{runsText(waiting, 'waits', 'wait')}, and will not be trained.</p> : null}
          {shared > 0 ? <p>{runsText(shared, 'belongs', 'belong')} to other sweeps, too.</p> : null}
          <p>Results that are stored stay. Retry takes cancelled runs up where they stopped.</p>
        </ConfirmDialog>
      ) : null}
      {retryable.length > 0 ? (
        <button
          type="button"
          className={BUTTON}
          disabled={busy}
          onClick={() => void act('POST', '/api/runs/requests', { action: 'retry', runIds: retryable })}
        >
          {retryable.length === 1 ? 'Retry 1 run' : `Retry ${integer(retryable.length)} runs`}
        </button>
      ) : null}
      <button
        type="button"
        className={BUTTON}
        disabled={busy}
        onClick={() => void act('PUT', path, { archived: !archived })}
      >
        {archived ? 'Unarchive' : 'Archive'}
      </button>
      {running ? null : <DeleteSweep id={id} name={name} onDeleted={() => router.push('/')} />}
      {problem === undefined ? null : (
        <span role="alert" className="text-[13px]">
          {problem}
        </span>
      )}
    </div>
  );
}

function runsText(count: number, one: string, many: string): string {
  return count === 1 ? `1 run ${one}` : `${integer(count)} runs ${many}`;
}
