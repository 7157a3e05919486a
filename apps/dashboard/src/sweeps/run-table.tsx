'use client';

import {
  Button,
  Card,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from '@tremor/react';
import Link from 'next/link';
import type { MarkStyle } from '../charts/mark-style.ts';
import { Mark } from '../charts/mark.tsx';
import { useState } from 'react';
import { FIRST_CELL, LinkedRow } from '../components/linked-row.tsx';
import { ProgressMeter } from '../components/progress-meter.tsx';
import { ScrollArea } from '../components/scroll-area.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { StatusCounts } from '../components/status-counts.tsx';
import { TableFooter } from '../export/export-footer.tsx';
import type { ExportedTable } from '../export/exported-table.ts';
import { integer, spreadParts } from '@sae-lab/measures';
import { sharedBy, type Column } from './columns.ts';
import type { Entry } from './entries.ts';

interface RunTableProps {
  readonly entries: readonly Entry[];
  /** The same to take along. */
  readonly exported: ExportedTable;
  readonly columns: readonly Column[];
  /** By variant and version. */
  readonly styles: ReadonlyMap<string, MarkStyle>;
  readonly sort: string | null;
  readonly direction: 'asc' | 'desc';
  readonly onSort: (key: string) => void;
}

/** A browser lays out about a hundred rows quickly; a button shows more. */
const ROWS_AT_ONCE = 100;

const CELL = 'px-2.5 py-2 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5';

export function RunTable({ entries, exported, columns, styles, sort, direction, onSort }: RunTableProps) {
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  return (
    <Card className="overflow-hidden p-0">
      <ScrollArea
        label="Runs, scrollable"
        heading={
          <>
            <h2 className="text-base font-semibold">Runs</h2>
            <span className="text-[13px] text-soft">
              {[countText(entries), ...sharedBy(entries).texts].join(', ')}
            </span>
          </>
        }
      >
        <Table className="mt-2 overflow-visible" aria-label="Runs">
          <TableHead>
            <TableRow className="border-b border-line">
              {columns.map((column, index) => (
                <Heading
                  key={column.key}
                  column={column}
                  isFirst={index === 0}
                  sorted={sort === column.key ? direction : undefined}
                  onSort={onSort}
                />
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {entries.slice(0, limit).map((entry) => (
              <LinkedRow key={entry.key} href={`/runs/${entry.runs[0]!.id}`}>
                {columns.map((column, index) => (
                  <TableCell
                    key={column.key}
                    className={`${CELL} ${index === 0 ? FIRST_CELL : ''} ${column.numeric ? 'text-right' : ''}`}
                  >
                    <Cell entry={entry} column={column} styles={styles} />
                  </TableCell>
                ))}
              </LinkedRow>
            ))}
          </TableBody>
        </Table>
      </ScrollArea>
      {entries.length > limit ? (
        <div className="border-t border-line px-4 py-3 sm:px-5">
          <Button variant="light" onClick={() => setLimit(limit + ROWS_AT_ONCE)}>
            Show {integer(Math.min(ROWS_AT_ONCE, entries.length - limit))} of{' '}
            {integer(entries.length - limit)} more
          </Button>
        </div>
      ) : null}
      <TableFooter table={exported} />
    </Card>
  );
}

/** The number of rows, and of the runs in them. */
function countText(entries: readonly Entry[]): string {
  const runs = entries.reduce((sum, entry) => sum + entry.runs.length, 0);
  return runs === entries.length
    ? integer(runs)
    : `${integer(runs)} in ${integer(entries.length)} configurations`;
}

interface HeadingProps {
  readonly column: Column;
  readonly isFirst: boolean;
  readonly sorted: 'asc' | 'desc' | undefined;
  readonly onSort: (key: string) => void;
}

function Heading({ column, isFirst, sorted, onSort }: HeadingProps) {
  return (
    <TableHeaderCell
      aria-sort={sorted === undefined ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
      className={`${CELL} text-xs font-medium ${isFirst ? FIRST_CELL : ''} ${column.numeric ? 'text-right' : ''}`}
    >
      <button
        type="button"
        title={column.meaning}
        className={`inline-flex items-center gap-1 hover:text-ink ${sorted ? 'text-ink' : 'text-soft'} ${column.numeric ? 'flex-row-reverse' : ''}`}
        onClick={() => onSort(column.key)}
      >
        {column.label}
        {/* Always takes its space, so that sorting does not shift the columns. */}
        <svg width={7} height={7} viewBox="0 0 8 8" aria-hidden="true" className={sorted ? '' : 'invisible'}>
          <path d={sorted === 'desc' ? 'M0,1.5H8L4,7Z' : 'M0,6.5H8L4,1Z'} fill="currentColor" />
        </svg>
      </button>
    </TableHeaderCell>
  );
}

interface CellProps extends Pick<RunTableProps, 'styles'> {
  readonly entry: Entry;
  readonly column: Column;
}

function Cell({ entry, column, styles }: CellProps) {
  const [first] = entry.runs;
  const single = entry.runs.length === 1;
  switch (column.key) {
    case 'variant':
      return (
        <span className="flex items-center gap-2 font-medium">
          <Mark {...styles.get(entry.versionedVariant)!} />
          <Link
            href={`/runs/${first!.id}`}
            prefetch={false}
            className="hover:underline"
            {...(!single && { title: `The run of seed ${first!.seed}` })}
          >
            {entry.versionedVariant}
          </Link>
        </span>
      );
    case 'coefficient':
      return entry.coefficient;
    case 'hook':
      return <span className="text-soft">{entry.hook}</span>;
    case 'seed':
      return single ? first!.seed : <SeedLinks entry={entry} />;
    case 'status':
      return single ? (
        <StatusBadge
          status={first!.status}
          {...(first!.cancelling && { label: 'Cancelling' })}
          {...(first!.problem !== null && { title: first!.problem })}
        />
      ) : entry.counts.finished === entry.runs.length ? (
        <StatusBadge status="finished" />
      ) : (
        <StatusCounts counts={entry.counts} />
      );
    case 'progress':
      return <ProgressMeter done={entry.step} total={entry.totalSteps} />;
    default:
      return column.measured ? <Figure entry={entry} {...column.measured} /> : column.sortValue(entry);
  }
}

function SeedLinks({ entry }: { entry: Entry }) {
  return (
    <span className="inline-flex gap-2">
      {entry.runs.map(({ id, seed }) => (
        <Link
          key={id}
          href={`/runs/${id}`}
          prefetch={false}
          className="text-accent hover:underline"
          aria-label={`Seed ${seed}`}
        >
          {seed}
        </Link>
      ))}
    </span>
  );
}

function Figure({ entry, measure, spread }: { entry: Entry } & NonNullable<Column['measured']>) {
  const [mean, deviation] = spreadParts(measure, spread(entry));
  return (
    <>
      {mean}
      {deviation === undefined ? null : <span className="text-soft"> ± {deviation}</span>}
    </>
  );
}
