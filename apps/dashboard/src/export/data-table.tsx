import { Fragment, type ReactNode } from 'react';
import { ScrollArea } from '../components/scroll-area.tsx';
import type { ExportedTable } from './exported-table.ts';

interface DataTableProps {
  readonly table: Pick<ExportedTable, 'headings' | 'rows' | 'numeric'>;
  readonly label: string;
  /** Replaces the text of a cell. */
  readonly renderCell?: (row: number, column: number, text: string) => ReactNode;
}

const EDGES = 'px-4 py-1.5 first:pl-0 last:pr-0';

/** The rows of an exported table on the page. Wide ones scroll, by the keyboard too. */
export function DataTable({ table: { headings, rows, numeric }, label, renderCell }: DataTableProps) {
  const align = (column: number) => (numeric[column] ? 'text-right' : 'text-left');
  return (
    <ScrollArea label={`${label}, scrollable`} flush>
      <table className="min-w-[min(100%,48rem)] text-[13px] tabular-nums" aria-label={label}>
        <thead>
          <tr className="border-b border-line">
            {headings.map((heading, column) => (
              <th
                key={column}
                scope="col"
                className={`text-xs font-medium text-soft ${EDGES} ${align(column)}`}
              >
                <Unhyphenated text={heading} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row} className="border-b border-line last:border-0">
              {cells.map((text, column) => (
                <td key={column} className={`whitespace-nowrap ${EDGES} ${align(column)}`}>
                  {renderCell?.(row, column, text) ?? text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** Breaks lines at spaces only: `One-to-one` stays whole. */
function Unhyphenated({ text }: { readonly text: string }) {
  return text.split(' ').map((word, index) => (
    <Fragment key={index}>
      {index > 0 ? ' ' : null}
      <span className="whitespace-nowrap">{word}</span>
    </Fragment>
  ));
}
