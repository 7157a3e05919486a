import { Card, Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import type { EvaluatedRun, WorkerRow } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { FIRST_CELL } from '../../components/linked-row.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { instant } from '../../format/time.ts';

const CELL = 'px-2.5 py-1.5 first:pl-0 last:pr-0';
const HEADS = ['Host', 'Process', 'Queues', 'Device', 'Trains of this sweep', 'Since', 'Last seen'];

/** The workers that live, whether they train, do something else or wait. Absent without any. */
export function WorkersCard({
  workers,
  runs,
}: {
  workers: readonly WorkerRow[];
  runs: readonly EvaluatedRun[];
}) {
  if (workers.length === 0) return null;
  return (
    <Card className="p-4 sm:p-5">
      <h2 className="mb-2 text-base font-semibold">Workers</h2>
      <ScrollArea label="Workers, scrollable">
        <Table className="overflow-visible text-[13px]" aria-label="Workers">
          <TableHead>
            <TableRow className="border-b border-line">
              {HEADS.map((head, index) => (
                <TableHeaderCell
                  key={head}
                  className={`${CELL} text-xs font-medium text-soft ${index === 0 ? FIRST_CELL : ''}`}
                >
                  {head}
                </TableHeaderCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {workers.map((worker) => (
              <TableRow key={worker.id}>
                <TableCell className={`${CELL} ${FIRST_CELL}`}>{worker.hostname}</TableCell>
                <TableCell className={CELL}>{worker.pid}</TableCell>
                <TableCell className={CELL}>{worker.queues.join(', ')}</TableCell>
                <TableCell className={CELL}>{worker.device}</TableCell>
                <TableCell className={CELL}>{trainedText(worker, runs)}</TableCell>
                <TableCell className={CELL}>{instant(worker.startedAt)}</TableCell>
                <TableCell className={CELL}>{instant(worker.seenAt)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollArea>
    </Card>
  );
}

function trainedText({ hostname, pid }: WorkerRow, runs: readonly EvaluatedRun[]): string {
  const count = runs.filter(
    ({ status, provenance }) =>
      status === 'running' && provenance?.['hostname'] === hostname && provenance['pid'] === pid,
  ).length;
  return count === 0 ? 'nothing now' : count === 1 ? '1 run' : `${integer(count)} runs`;
}
