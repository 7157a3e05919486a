import type { RunCell as Value, RunStatus } from '@sae-lab/db/reading';
import Link from 'next/link';
import { StatusBadge } from '../components/status-badge.tsx';
import { VariantMark } from '../variants/variant-mark.tsx';
import { DifferenceText } from './difference-text.tsx';
import { cellText, type TableColumn } from './table-columns.ts';
import type { LoadedRun } from './use-run-pages.ts';

interface RunCellProps {
  readonly column: TableColumn;
  readonly run: LoadedRun;
  readonly baseline: LoadedRun | null;
  /** The first column leads to the run. */
  readonly isLink: boolean;
}

/** What a cell of the table of all runs shows. */
export function RunCell({ column, run, baseline, isLink }: RunCellProps) {
  const value = run.values[column.key];
  const content = <CellContent column={column} value={value} />;
  const isBaseline = baseline?.id === run.id;
  if (isLink) {
    return (
      <>
        <Link href={`/runs/${run.id}`} prefetch={false} className="flex min-w-0 font-medium hover:underline">
          {content}
        </Link>
        {isBaseline ? <span className="ml-2 text-xs text-soft">baseline</span> : null}
      </>
    );
  }
  if (isBaseline || !baseline) return content;
  return (
    <>
      {content}
      <DifferenceText column={column} value={value} baseline={baseline} />
    </>
  );
}

/** A value of a run, or one that all runs of a group share. */
export function CellContent({ column, value }: { column: TableColumn; value: Value | undefined }) {
  const text = cellText(column, value);
  if (value == null) return <span className="text-soft">{text}</span>;
  switch (column.key) {
    case 'variant':
      return (
        <span className="flex min-w-0 items-center gap-2">
          <VariantMark name={text} />
          <bdi className="truncate" title={text}>
            {text}
          </bdi>
        </span>
      );
    case 'status':
      return <StatusBadge status={text as RunStatus} />;
    case 'tag':
      return <Tags tags={value as readonly string[]} />;
  }
  if (column.type === 'time') {
    // The server's time zone may not be the reader's.
    return (
      <time dateTime={new Date(Number(value)).toISOString()} suppressHydrationWarning className="text-soft">
        {text}
      </time>
    );
  }
  if (column.measure) return <span>{text}</span>;
  return (
    <bdi className="block truncate" title={Array.isArray(value) ? text : String(value)}>
      {text}
    </bdi>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="flex min-w-0 gap-1" title={tags.join(', ')}>
      {tags.map((tag) => (
        <bdi key={tag} className="truncate rounded bg-sunken px-1.5 text-xs leading-5">
          {tag}
        </bdi>
      ))}
    </span>
  );
}
