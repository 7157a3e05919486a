import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from '@tremor/react';
import type { EvaluatedRun } from '@sae-lab/db/reading';
import { integer, runLabel } from '@sae-lab/measures';
import Link from 'next/link';
import { FIRST_CELL } from '../../components/linked-row.tsx';
import { ProgressMeter } from '../../components/progress-meter.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import { instant } from '../../format/time.ts';
import type { RunRow } from '../run-row.ts';

const CELL = 'px-2.5 py-1.5 first:pl-0 last:pr-0';
/** More runs at once are counted. */
const MOST_LISTED = 32;

/** The runs that train now, and where. */
export function RunningRuns({ runs, rows }: { runs: readonly EvaluatedRun[]; rows: readonly RunRow[] }) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const training = runs.filter(({ status }) => status === 'running');
  return (
    <div>
      <ScrollArea label="Training now, scrollable">
        <Table className="overflow-visible text-[13px]" aria-label="Training now">
          <TableHead>
            <TableRow className="border-b border-line">
              {['Training now', 'Steps', 'Host', 'Process', 'Device', 'Since', 'Attempt'].map((head) => (
                <TableHeaderCell
                  key={head}
                  className={`${CELL} text-xs font-medium text-soft ${head === 'Training now' ? FIRST_CELL : ''} ${head === 'Steps' ? 'text-right' : ''}`}
                >
                  {head}
                </TableHeaderCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {training.slice(0, MOST_LISTED).map((run) => (
              <TableRow key={run.id}>
                <TableCell className={`${CELL} ${FIRST_CELL} whitespace-nowrap`}>
                  <Link href={`/runs/${run.id}`} prefetch={false} className="font-medium hover:underline">
                    {runLabel({
                      variant: run.variant,
                      coefficient: byId.get(run.id)?.coefficient ?? '',
                      seed: run.seed,
                    })}
                  </Link>
                  <span className="block text-xs text-soft">{run.hook}</span>
                </TableCell>
                <TableCell className={`${CELL} text-right`}>
                  <ProgressMeter done={run.step} total={run.totalSteps} />
                </TableCell>
                <TableCell className={CELL}>{text(run.provenance?.['hostname'])}</TableCell>
                <TableCell className={CELL}>{text(run.provenance?.['pid'])}</TableCell>
                <TableCell className={CELL}>{text(run.provenance?.['device'])}</TableCell>
                <TableCell className={CELL}>
                  {run.startedAt === null ? '–' : instant(run.startedAt)}
                  {run.cancelRequestedAt === null ? null : (
                    <span className="block text-xs text-soft">stops after this step</span>
                  )}
                </TableCell>
                <TableCell className={CELL}>{run.attempt}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollArea>
      {training.length > MOST_LISTED ? (
        <p className="mt-2 text-[13px] text-soft">and {integer(training.length - MOST_LISTED)} more</p>
      ) : null}
    </div>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}
