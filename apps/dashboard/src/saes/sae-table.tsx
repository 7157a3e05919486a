'use client';

import { Card } from '@tremor/react';
import Link from 'next/link';
import { DataTable } from '../export/data-table.tsx';
import { ExportFooter } from '../export/export-footer.tsx';
import type { ExportedTable } from '../export/exported-table.ts';

/** SAEs that no run trained, with links to their pages. */
export function SaeTable({ table, ids }: { readonly table: ExportedTable; readonly ids: readonly number[] }) {
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <DataTable
        table={table}
        label="SAEs that no run trained"
        renderCell={(row, column, text) =>
          column === 0 ? (
            <Link href={`/saes/${ids[row]}`} prefetch={false} className="text-accent hover:underline">
              {text}
            </Link>
          ) : undefined
        }
      />
      <ExportFooter table={table} />
    </Card>
  );
}
