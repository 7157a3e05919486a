'use client';

import { Button, Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import Link from 'next/link';
import { useState } from 'react';
import { captionOf } from '../../export/caption.ts';
import type { CompareRow } from '../compare-row.ts';
import { DataTable } from '../../export/data-table.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import { isSetting, MISSING, valueOf } from '../groups.ts';
import { Nothing } from '../nothing.tsx';
import type { ViewProps } from '../view-props.ts';

/** Configurations that the page shows at first. */
const AT_ONCE = 50;

/** The settings in which the configurations differ, one row each. What all share is only counted. */
export function ConfigurationView({ rows, keys, provenance, same }: ViewProps & { same: number }) {
  const [limit, setLimit] = useState(AT_ONCE);
  const shown = keys.filter(
    ({ key }) => isSetting(key) && new Set(rows.map((row) => valueOf(row, key))).size > 1,
  );
  const configurations = [...Map.groupBy(rows, ({ configuration }) => configuration).values()];
  if (shown.length === 0) {
    return (
      <Nothing title="All runs have the same configuration">
        They differ in nothing but their seeds. {integer(same)} settings are equal.
      </Nothing>
    );
  }
  const cells = (row: CompareRow) => shown.map(({ key }) => valueOf(row, key));
  const table = {
    name: 'configurations',
    caption: captionOf('Settings in which the configurations differ.', rows, provenance),
    records: configurations.map((members) => ({
      ...Object.fromEntries(shown.map(({ key }) => [key, valueOf(members[0]!, key)])),
      seeds: members.map(({ seed }) => seed).join(' '),
      runs: members.map(({ hash }) => hash).join(' '),
    })),
    headings: [...shown.map(({ label }) => label), 'Seeds'],
    rows: configurations.map((members) => [...cells(members[0]!), members.map(({ seed }) => seed).join(' ')]),
    numeric: [...shown.map(({ key }) => isNumeric(rows.map((row) => valueOf(row, key)))), false],
  };
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-base font-semibold">What differs</h2>
        <span className="text-[13px] text-soft">
          {integer(configurations.length)} configurations; {integer(same)} other settings are equal
        </span>
      </div>
      <DataTable
        table={{ ...table, rows: table.rows.slice(0, limit) }}
        label="Settings that differ"
        renderCell={(row, column, text) =>
          column === shown.length ? (
            <span className="inline-flex gap-2">
              {configurations[row]!.map(({ id, seed }) => (
                <Link
                  key={id}
                  href={`/runs/${id}`}
                  prefetch={false}
                  className="text-accent hover:underline"
                  aria-label={`Run with seed ${seed}`}
                >
                  {seed}
                </Link>
              ))}
            </span>
          ) : text === MISSING ? (
            <span className="text-soft">{text}</span>
          ) : undefined
        }
      />
      {configurations.length > limit ? (
        <Button variant="light" onClick={() => setLimit(configurations.length)}>
          Show {integer(configurations.length - limit)} more
        </Button>
      ) : null}
      <ExportFooter table={table} />
    </Card>
  );
}

/** Whether a setting is a number where runs have it. */
function isNumeric(values: readonly string[]): boolean {
  const present = values.filter((value) => value !== MISSING);
  return present.length > 0 && present.every((value) => Number.isFinite(Number(value)));
}
