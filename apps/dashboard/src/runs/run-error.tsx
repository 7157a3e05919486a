import { Card } from '@tremor/react';
import type { Run } from '@sae-lab/db/reading';
import { statusColor } from '../components/status.ts';
import { integer } from '@sae-lab/measures';

/** Why a run has no result, and what to do. */
export function RunError({ run }: { run: Run }) {
  if (run.status === 'interrupted') return <Interrupted run={run} />;
  if (!run.error) return null;
  const { code, message, details } = run.error;
  const { problem, field, expected, received, fix } = (details ?? {}) as Record<string, string | undefined>;
  return (
    <Card
      className="border-l-4 p-4 pl-3.5 sm:p-5 sm:pl-4"
      style={{ borderLeftColor: statusColor(run.status) }}
    >
      <h2 className="text-base font-semibold">
        {run.status === 'diverged'
          ? `Diverged at step ${run.divergedAtStep ?? run.step}`
          : `The run ${run.status}`}
      </h2>
      <p className="mt-1 wrap-anywhere">
        {problem === undefined ? message : [field, problem].filter(Boolean).join(': ')}
      </p>
      {expected === undefined ? null : <p className="text-soft wrap-anywhere">Expected {expected}.</p>}
      {received === undefined ? null : <p className="text-soft wrap-anywhere">Received {received}.</p>}
      {fix === undefined ? null : <p className="mt-1 wrap-anywhere">{fix}</p>}
      <p className="mt-1 text-xs text-soft">{code}</p>
    </Card>
  );
}

function Interrupted({ run }: { run: Run }) {
  return (
    <Card
      className="border-l-4 p-4 pl-3.5 sm:p-5 sm:pl-4"
      style={{ borderLeftColor: statusColor('interrupted') }}
    >
      <h2 className="text-base font-semibold">Interrupted after {integer(run.step)} steps</h2>
      <p className="mt-1">
        No worker has this run. Start its sweep again to continue it from its last checkpoint.
      </p>
    </Card>
  );
}
