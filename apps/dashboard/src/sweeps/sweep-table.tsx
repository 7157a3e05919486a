import { Card, Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import type { SweepWithCounts } from '@sae-lab/db/reading';
import Link from 'next/link';
import { TagChips } from '../annotations/tag-chips.tsx';
import { FIRST_CELL, LinkedRow } from '../components/linked-row.tsx';
import { ScrollArea } from '../components/scroll-area.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { sweepBadge } from '../components/status.ts';
import { StatusCounts } from '../components/status-counts.tsx';
import { integer } from '@sae-lab/measures';
import { TableFooter } from '../export/export-footer.tsx';
import type { ExportedTable } from '../export/exported-table.ts';
import { instant } from '../format/time.ts';
import { runsOf } from './exported-sweeps.ts';
import { isInQueue } from './is-in-queue.ts';

const EDGES = 'px-3 py-3 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5';

interface SweepTableProps {
  readonly sweeps: readonly SweepWithCounts[];
  /** The same to take along. */
  readonly exported: ExportedTable;
}

export function SweepTable({ sweeps, exported }: SweepTableProps) {
  return (
    <Card className="overflow-hidden p-0">
      <ScrollArea label="Sweeps, scrollable">
        <Table className="overflow-visible" aria-label="Sweeps">
          <TableHead>
            <TableRow className="border-b border-line">
              {['Name', 'Status', 'Runs', 'By status', 'Last started', 'File'].map((heading) => (
                <TableHeaderCell
                  key={heading}
                  className={`text-xs font-medium text-soft ${EDGES} ${heading === 'Runs' ? 'text-right' : heading === 'Name' ? FIRST_CELL : ''}`}
                >
                  {heading}
                </TableHeaderCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {sweeps.map((sweep) => (
              <LinkedRow key={sweep.id} href={`/sweeps/${sweep.id}`}>
                <TableCell className={`font-medium ${EDGES} ${FIRST_CELL}`}>
                  <Link
                    href={`/sweeps/${sweep.id}`}
                    prefetch={false}
                    className="block max-w-md min-w-32 whitespace-normal wrap-break-word hover:underline"
                  >
                    {sweep.name}
                  </Link>
                  {sweep.tags.length === 0 ? null : (
                    <span className="mt-0.5 block">
                      <TagChips tags={sweep.tags} />
                    </span>
                  )}
                </TableCell>
                <TableCell className={EDGES}>
                  <StatusBadge {...sweepBadge(sweep.status, sweep.runs)} />
                  {isInQueue(sweep) && sweep.priority > 0 ? (
                    <span className="mt-0.5 block text-xs text-soft">priority {integer(sweep.priority)}</span>
                  ) : null}
                </TableCell>
                <TableCell className={`text-right ${EDGES}`}>{integer(runsOf(sweep))}</TableCell>
                <TableCell className={EDGES}>
                  <StatusCounts counts={sweep.runs} />
                </TableCell>
                <TableCell className={`text-soft ${EDGES}`}>{instant(sweep.lastStartedAt)}</TableCell>
                <TableCell className={`text-soft ${EDGES}`}>{sweep.file}</TableCell>
              </LinkedRow>
            ))}
          </TableBody>
        </Table>
      </ScrollArea>
      <TableFooter table={exported} />
    </Card>
  );
}
