import type { ComponentProps } from 'react';
import { DataTable } from './data-table.tsx';
import { ExportFooter } from './export-footer.tsx';
import { TableDetails } from './table-details.tsx';

/** The values of a small chart and the buttons that save it, behind one click. */
export function CompactExport(footer: ComponentProps<typeof ExportFooter>) {
  const { table } = footer;
  return (
    <TableDetails summary="Values and export" compact>
      <div className="max-h-80 overflow-y-auto">
        <DataTable table={table} label={`Values of ${table.name}`} />
      </div>
      <ExportFooter {...footer} />
    </TableDetails>
  );
}
