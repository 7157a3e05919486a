import type { RunCell } from '@sae-lab/db/reading';
import { differenceOf } from './difference.ts';
import type { TableColumn } from './table-columns.ts';
import type { LoadedRun } from './use-run-pages.ts';

interface DifferenceTextProps {
  readonly column: TableColumn;
  readonly value: RunCell | undefined;
  readonly baseline: LoadedRun;
}

/** How a measured number differs from the baseline's; nothing where either is missing. */
export function DifferenceText({ column, value, baseline }: DifferenceTextProps) {
  const difference = differenceOf(column, value, baseline.values[column.key]);
  if (!difference) return null;
  return (
    <span className={`ml-2 inline-block min-w-16 text-right text-xs ${VERDICT[difference.verdict]}`}>
      {difference.text}
      {MARK[difference.verdict]}
    </span>
  );
}

const VERDICT = {
  better: 'text-[var(--status-finished)]',
  worse: 'text-[var(--status-failed)]',
  neither: 'text-soft',
};

/** Marks, for readers who do not see the colours. */
const MARK = {
  better: <VerdictMark name="better" path="M1.5,5.5L4,8L8.5,2" />,
  worse: <VerdictMark name="worse" path="M2,2L8,8M8,2L2,8" />,
  neither: null,
};

function VerdictMark({ name, path }: { name: string; path: string }) {
  return (
    <svg width={10} height={10} viewBox="0 0 10 10" role="img" aria-label={name} className="ml-1 inline">
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.6} />
    </svg>
  );
}
