'use client';

import { useState, type RefObject } from 'react';
import { download } from './download.ts';
import { pngOf, standaloneSvg } from './export-svg.ts';
import type { Legend } from './legend.ts';
import { csvOf, jsonOf, latexOf, type ExportedTable } from './exported-table.ts';
import { parquetOf } from './parquet.ts';

interface ExportMenuProps {
  readonly table: ExportedTable;
  /** The element that holds the chart, where there is one. */
  readonly figure?: RefObject<HTMLElement | null>;
  /** What the colours and shapes of the chart stand for. Images have it below the chart. */
  readonly legends?: readonly Legend[];
  /** Reads the whole table, where the page has only a part of it. */
  readonly load?: () => Promise<ExportedTable>;
  /** For screen readers, where a page has several. */
  readonly label?: string;
}

interface Format {
  readonly label: string;
  readonly extension: string;
  readonly contentOf: () => Blob | Promise<Blob>;
}

/** Buttons that save a table, and the chart above it, as files. */
export function ExportMenu({ table, load, figure, legends = [], label = 'Export' }: ExportMenuProps) {
  const { name, caption } = table;
  const [problem, setProblem] = useState<string>();
  const text = (content: string, type: string): Blob => new Blob([content], { type });
  const svg = (): SVGSVGElement => {
    const found = figure?.current?.querySelector('svg');
    if (!found) throw new Error('the chart is not drawn yet');
    return found;
  };
  const charts: Format[] = [
    {
      label: 'SVG',
      extension: 'svg',
      contentOf: () => text(standaloneSvg(svg(), { caption, legends }), 'image/svg+xml'),
    },
    { label: 'PNG', extension: 'png', contentOf: () => pngOf(svg(), { caption, legends }) },
  ];
  const whole = async (): Promise<ExportedTable> => (await load?.()) ?? table;
  const tables: Format[] = [
    { label: 'CSV', extension: 'csv', contentOf: async () => text(csvOf(await whole()), 'text/csv') },
    {
      label: 'JSON',
      extension: 'json',
      contentOf: async () => text(jsonOf(await whole()), 'application/json'),
    },
    { label: 'Parquet', extension: 'parquet', contentOf: async () => parquetOf(await whole()) },
    {
      label: 'LaTeX',
      extension: 'tex',
      contentOf: async () => text(latexOf(await whole()), 'application/x-tex'),
    },
  ];
  const save = async ({ extension, contentOf }: Format): Promise<void> => {
    try {
      download(`${name}.${extension}`, await contentOf());
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-1 text-[13px]">
      <span className="mr-1 text-soft">Export</span>
      {[...(figure === undefined ? [] : charts), ...tables].map((format) => (
        <button
          key={format.label}
          type="button"
          onClick={() => void save(format)}
          className="rounded-md border border-line bg-surface px-2 py-0.5 text-ink hover:bg-sunken"
        >
          {format.label}
        </button>
      ))}
      {problem === undefined ? null : <p role="alert">Not exported: {problem}</p>}
    </div>
  );
}
