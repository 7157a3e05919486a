'use client';

import type { RefObject } from 'react';
import { download } from './download.ts';
import { pngOf, standaloneSvg } from './export-svg.ts';
import { csvOf, jsonOf, latexOf, type ExportedTable } from './exported-table.ts';

interface ExportMenuProps {
  readonly table: ExportedTable;
  /** The element that holds the chart, where there is one. */
  readonly figure?: RefObject<HTMLElement | null>;
  /** For screen readers, where a page has several. */
  readonly label?: string;
}

const TEXTS = [
  ['CSV', 'csv', 'text/csv', csvOf],
  ['JSON', 'json', 'application/json', jsonOf],
  ['LaTeX', 'tex', 'application/x-tex', latexOf],
] as const;

/** Buttons that save a table, and the chart above it, as files. */
export function ExportMenu({ table, figure, label: groupLabel = 'Export' }: ExportMenuProps) {
  const { name, caption } = table;
  const svg = () => figure?.current?.querySelector('svg');
  return (
    <div role="group" aria-label={groupLabel} className="flex flex-wrap items-center gap-1 text-[13px]">
      <span className="mr-1 text-soft">Export</span>
      {figure === undefined ? null : (
        <>
          <ExportButton
            label="SVG"
            onClick={() => {
              const found = svg();
              if (found)
                download(`${name}.svg`, new Blob([standaloneSvg(found, caption)], { type: 'image/svg+xml' }));
            }}
          />
          <ExportButton
            label="PNG"
            onClick={() => {
              const found = svg();
              if (found) void pngOf(found, caption).then((blob) => download(`${name}.png`, blob));
            }}
          />
        </>
      )}
      {TEXTS.map(([label, extension, type, textOf]) => (
        <ExportButton
          key={label}
          label={label}
          onClick={() => download(`${name}.${extension}`, new Blob([textOf(table)], { type }))}
        />
      ))}
    </div>
  );
}

function ExportButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="rounded-md border border-line bg-surface px-2 py-0.5 text-ink hover:bg-sunken"
    >
      {label}
    </button>
  );
}
