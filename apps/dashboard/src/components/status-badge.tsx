import { Badge } from '@tremor/react';
import type { RunStatus } from '@sae-lab/db/reading';
import { statusColor } from './status.ts';

export function StatusBadge({ status, title }: { status: RunStatus; title?: string }) {
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
