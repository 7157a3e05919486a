import type { RunStatus } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { statusColor, STATUSES } from './status.ts';

/** The number of runs in each status, as a bar and in words. */
export function StatusCounts({ counts }: { counts: Readonly<Partial<Record<RunStatus, number>>> }) {
  const present = STATUSES.flatMap((status) => (counts[status] ? [{ status, count: counts[status] }] : []));
  if (present.length === 0) return <span className="text-soft">No runs</span>;
  return (
    <div className="grid min-w-40 gap-1">
      <div className="flex h-1.5 gap-px overflow-hidden rounded-full" aria-hidden="true">
        {present.map(({ status, count }) => (
          <span
            key={status}
            className="min-w-1"
            style={{ flexGrow: count, background: statusColor(status) }}
          />
        ))}
      </div>
      <div className="text-xs text-soft">
        {present.map(({ status, count }) => `${integer(count)} ${status}`).join(', ')}
      </div>
    </div>
  );
}
