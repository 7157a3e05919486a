import { Card, Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import type { SweepWithCounts } from '@sae-lab/db/reading';
import Link from 'next/link';
import { StatusBadge } from '../components/status-badge.tsx';
import { SWEEP_STATUS_MEANING } from '../components/status.ts';
import { StatusCounts } from '../components/status-counts.tsx';
import { integer } from '@sae-lab/measures';
import { instant } from '../format/time.ts';

const EDGES = 'px-3 py-3 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5';

export function SweepTable({ sweeps }: { sweeps: readonly SweepWithCounts[] }) {
  return (
    <Card className="overflow-hidden p-0">
      <Table aria-label="Sweeps">
        <TableHead>
          <TableRow className="border-b border-line">
            {['Name', 'Status', 'Runs', 'By status', 'Last started', 'File'].map((heading) => (
              <TableHeaderCell
                key={heading}
                className={`text-xs font-medium text-soft ${EDGES} ${heading === 'Runs' ? 'text-right' : ''}`}
              >
                {heading}
              </TableHeaderCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {sweeps.map((sweep) => (
            <TableRow key={sweep.id} className="hover:bg-sunken/60">
              <TableCell className={`font-medium ${EDGES}`}>
                <Link href={`/sweeps/${sweep.id}`} prefetch={false} className="hover:underline">
                  {sweep.name}
                </Link>
              </TableCell>
              <TableCell className={EDGES}>
                <StatusBadge status={sweep.status} title={SWEEP_STATUS_MEANING[sweep.status]} />
              </TableCell>
              <TableCell className={`text-right ${EDGES}`}>
                {integer(Object.values(sweep.runs).reduce((sum, count) => sum + count, 0))}
              </TableCell>
              <TableCell className={EDGES}>
                <StatusCounts counts={sweep.runs} />
              </TableCell>
              <TableCell className={`text-soft ${EDGES}`}>{instant(sweep.lastStartedAt)}</TableCell>
              <TableCell className={`text-soft ${EDGES}`}>{sweep.file}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
