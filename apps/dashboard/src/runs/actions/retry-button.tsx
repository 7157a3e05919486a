'use client';

import { integer } from '@sae-lab/measures';
import { BUTTON } from '../../all-runs/popover.tsx';
import { useAction } from '../../requests/use-action.ts';

/** In a line of text. */
const SMALL =
  'rounded-md border border-line-strong bg-surface px-2 py-0.5 text-xs hover:bg-sunken disabled:opacity-50';

/** Puts runs back into the queue. */
export function RetryButton({ runIds, small = false }: { runIds: readonly number[]; small?: boolean }) {
  const { act, busy, problem } = useAction();
  return (
    <>
      <button
        type="button"
        className={small ? SMALL : BUTTON}
        disabled={busy}
        onClick={() => void act('POST', '/api/runs/requests', { action: 'retry', runIds })}
      >
        {runIds.length === 1 ? 'Retry' : `Retry ${integer(runIds.length)}`}
      </button>
      {problem === undefined ? null : <span role="alert">{problem}</span>}
    </>
  );
}
