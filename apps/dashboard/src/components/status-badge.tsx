import { Badge } from '@tremor/react';
import type { RunStatus } from '@sae-lab/db/reading';
import { STATUS_MEANING, statusColor } from './status.ts';

/** Of a run, with its meaning unless a title says more. */
export function StatusBadge({
  status,
  title = STATUS_MEANING[status],
}: {
  status: RunStatus;
  title?: string;
}) {
  return (
    <Badge className="bg-sunken px-2 py-0.5 text-xs text-ink ring-line" title={title}>
      <span
        className="mr-1.5 inline-block size-1.5 rounded-full align-middle"
        style={{ background: statusColor(status) }}
        aria-hidden="true"
      />
      {status}
    </Badge>
  );
}
