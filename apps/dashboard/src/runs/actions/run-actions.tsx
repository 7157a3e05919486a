'use client';

import type { RunStatus } from '@sae-lab/db/reading';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useAction } from '../../requests/use-action.ts';
import { RetryButton } from './retry-button.tsx';

interface RunActionsProps {
  readonly id: number;
  readonly status: RunStatus;
  /** Whether the run is to end, and has not ended yet. */
  readonly cancelling: boolean;
  /** Names of the sweeps that have the run. */
  readonly sweeps: readonly string[];
}

/** What can be done with a run. */
export function RunActions({ id, status, cancelling, sweeps }: RunActionsProps) {
  const { act, busy, problem } = useAction();
  if (status === 'failed' || status === 'diverged' || status === 'cancelled')
    return <RetryButton runIds={[id]} />;
  if (status === 'finished') return null;
  if (cancelling) return <span className="text-[13px] text-soft">Stopping after the current step …</span>;
  return (
    <ConfirmDialog
      button="Cancel run"
      title="Cancel this run?"
      confirm="Cancel run"
      busy={busy}
      problem={problem}
      onConfirm={async () =>
        (await act('POST', '/api/runs/requests', { action: 'cancel', runIds: [id] })).problem === undefined
      }
    >
      <p>
        {status === 'running'
          ? 'It finishes its step and keeps a checkpoint. Retry continues there.'
          : 'No sweep will train it until you retry it.'}
      </p>
      {sweeps.length > 1 ? <p>It belongs to several sweeps: {sweeps.join(', ')}.</p> : null}
    </ConfirmDialog>
  );
}
