'use client';

import { integer } from '@sae-lab/measures';
import { BUTTON } from '../../all-runs/popover.tsx';
import { useAction } from '../../requests/use-action.ts';

/** Puts runs back into the queue. */
export function RetryButton({ runIds }: { runIds: readonly number[] }) {
  const { act, busy, problem } = useAction();
  return (
    <>
      <button
        type="button"
        className={BUTTON}
        disabled={busy}
        onClick={() => void act('POST', '/api/runs/requests', { action: 'retry', runIds })}
      >
        {runIds.length === 1 ? 'Retry' : `Retry ${integer(runIds.length)}`}
      </button>
      {problem === undefined ? null : <span role="alert">{problem}</span>}
    </>
  );
}
