import type { SweepWithCounts } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { STATUSES, sweepBadge } from '../components/status.ts';
import { countText } from '../export/caption.ts';
import type { ExportedTable } from '../export/exported-table.ts';
import { instant } from '../format/time.ts';

interface ListedSweeps {
  readonly sweeps: readonly SweepWithCounts[];
  readonly archived: boolean;
  readonly tag: string | undefined;
}

/** The list of sweeps as a table that readers take along. */
export function exportedSweeps({ sweeps, archived, tag }: ListedSweeps): ExportedTable {
  const selected = [
    archived ? 'Archived sweeps' : 'Sweeps',
    ...(tag === undefined ? [] : [`with the tag “${tag}”`]),
  ].join(' ');
  return {
    name: archived ? 'archived-sweeps' : 'sweeps',
    caption: `${selected}; ${countText(sweeps.length, 'sweep')}.`,
    records: sweeps.map((sweep) => ({
      name: sweep.name,
      status: sweep.status,
      runs: runsOf(sweep),
      ...Object.fromEntries(STATUSES.map((status) => [status, sweep.runs[status] ?? 0])),
      tags: sweep.tags.join(', '),
      last_started: sweep.lastStartedAt.toISOString(),
      file: sweep.file,
    })),
    headings: ['Name', 'Status', 'Runs', 'Finished', 'Last started', 'File'],
    rows: sweeps.map((sweep) => [
      sweep.name,
      sweepBadge(sweep.status, sweep.runs).label,
      integer(runsOf(sweep)),
      integer(sweep.runs.finished ?? 0),
      instant(sweep.lastStartedAt),
      sweep.file,
    ]),
    numeric: [false, false, true, true, false, false],
  };
}

/** The number of runs of a sweep. */
export function runsOf({ runs }: SweepWithCounts): number {
  return sum(Object.values(runs));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
