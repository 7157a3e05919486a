import { Callout } from '@tremor/react';
import type { Run } from '@sae-lab/db/reading';
import { capitalised, integer } from '@sae-lab/measures';
import type { ReactNode } from 'react';
import { CodeText } from '../components/code-text.tsx';
import { statusColor } from '../components/status.ts';
import { fixOf, knownError } from '../sweeps/failures/failure-groups.ts';

/** Why a run has no result, and what to do about it. */
export function RunError({ run }: { run: Run }) {
  if (run.status === 'interrupted') {
    return (
      <StatusCallout status="interrupted" title={`Interrupted after ${integer(run.step)} steps`}>
        <Line>No worker is training this run. Start its sweep again to resume from the last checkpoint.</Line>
      </StatusCallout>
    );
  }
  if (run.status === 'cancelled') {
    return (
      <StatusCallout
        status="cancelled"
        title={run.step === 0 ? 'Cancelled before it started' : `Cancelled after ${integer(run.step)} steps`}
      >
        <Line>
          Retry puts it back into the queue.
          {run.step === 0 ? '' : ' It then continues from its checkpoint.'}
        </Line>
      </StatusCallout>
    );
  }
  if (run.status === 'queued' && run.retryRequestedAt !== null) {
    return (
      <StatusCallout status="queued" title="Waiting to be trained again">
        <Line>
          A sweep that is running takes it, or a worker if its sweep is in the queue. Otherwise start its
          sweep again.
        </Line>
      </StatusCallout>
    );
  }
  if (!run.error) return null;
  const { code, message, details } = run.error;
  const { problem, field, expected, received } = (details ?? {}) as Record<string, string | undefined>;
  const fix = fixOf(run.error);
  const meaning = knownError(code)?.meaning;
  const title =
    run.status === 'diverged' ? `Diverged at step ${run.divergedAtStep ?? run.step}` : 'The run failed';
  return (
    <StatusCallout status={run.status} title={title}>
      <Line>
        {problem === undefined
          ? message
          : field === undefined
            ? capitalised(problem)
            : `${field}: ${problem}`}
      </Line>
      {expected === undefined ? null : <Line soft>Expected: {expected}</Line>}
      {received === undefined ? null : <Line soft>Received: {received}</Line>}
      {fix === undefined ? null : (
        <Line>
          <CodeText text={fix} />
        </Line>
      )}
      <Line soft>
        <code className="font-mono text-xs">{code}</code>
        {meaning === undefined ? null : ` ${meaning}`}
      </Line>
    </StatusCallout>
  );
}

/** Tremor's callout in the colour of a status. */
function StatusCallout({
  status,
  title,
  children,
}: {
  status: Run['status'];
  title: string;
  children: ReactNode;
}) {
  return (
    <Callout
      title={title}
      className="bg-surface text-ink ring-1 ring-line"
      style={{ borderLeftColor: statusColor(status) }}
    >
      {children}
    </Callout>
  );
}

/** A callout's text is a paragraph, which cannot hold others. */
function Line({ soft = false, children }: { soft?: boolean; children: ReactNode }) {
  return <span className={`block wrap-anywhere ${soft ? 'text-soft' : ''}`}>{children}</span>;
}
