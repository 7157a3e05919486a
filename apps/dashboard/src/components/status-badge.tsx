import { Badge } from '@tremor/react';
import { labelOfKey } from '@sae-lab/measures';
import type { RunStatus } from '@sae-lab/db/reading';
import { STATUS_MEANING, statusColor } from './status.ts';

/** The status of a run or a sweep. Its tooltip explains the status unless a title is given. */
export function StatusBadge({
  status,
  label = labelOfKey(status),
  title = STATUS_MEANING[status],
}: {
  status: RunStatus;
  label?: string;
  title?: string;
}) {
  return (
    <Badge size="xs" className="bg-sunken text-ink ring-line" title={title}>
      <span
        className="mr-1.5 inline-block size-1.5 rounded-full align-middle"
        style={{ background: statusColor(status) }}
        aria-hidden="true"
      />
      {label}
    </Badge>
  );
}
