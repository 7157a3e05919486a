import { Card } from '@tremor/react';
import type { LatentCounts } from '@sae-lab/db/reading';
import { integer, LATENT_MEASURES, short } from '@sae-lab/measures';
import { useMemo, useRef } from 'react';
import { CompactExport } from '../../export/compact-export.tsx';
import { captionOf } from '../../export/caption.ts';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectKey } from '../../saes/subject.ts';
import { densityBins, type DensityBin } from './density-bins.ts';
import { DensityBrush } from './density-brush.tsx';

interface DensityCardProps {
  readonly counts: LatentCounts;
  readonly sae: CaptionedSae;
  readonly from: number | null;
  readonly to: number | null;
  readonly onBrush: (from: number | null, to: number | null) => void;
}

/** The densities of all latents, those that pass the filters in colour, and a brush over them. */
export function DensityCard({ counts, sae, from, to, onBrush }: DensityCardProps) {
  const figure = useRef<HTMLElement>(null);
  const bins = useMemo(() => densityBins(counts), [counts]);
  const table = useMemo(() => densityTable(bins, counts, sae), [bins, counts, sae]);
  const { dead } = counts;
  return (
    <Card className="min-w-0 p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="text-[13px] font-medium">{LATENT_MEASURES.density.label}</h2>
        <p className="text-xs text-soft">
          {dead.total === 0 ? 'Every latent fired.' : `${integer(dead.total)} never fired and are not drawn.`}{' '}
          Drag to choose a range.
        </p>
      </div>
      <figure ref={figure} className="mt-2">
        <DensityBrush bins={bins} from={from} to={to} onBrush={onBrush} />
      </figure>
      <CompactExport table={table} figure={figure} label="Export the densities" />
    </Card>
  );
}

function densityTable(bins: readonly DensityBin[], { dead }: LatentCounts, sae: CaptionedSae): ExportedTable {
  const format = short(4);
  const records = [
    { from: 0, to: 0, latents: dead.total, matching: dead.matching },
    ...bins.map((bin) => ({ from: bin.from, to: bin.to, latents: bin.total, matching: bin.matching })),
  ];
  return {
    name: `${subjectKey(sae.subject)}-latent-densities`,
    caption: captionOf(
      `Densities of the latents. ${LATENT_MEASURES.density.meaning} The first row has those that never fired.`,
      [{ commit: sae.commit }],
      sae.provenance,
    ),
    records,
    headings: ['From', 'To', 'Latents', 'Pass the filters'],
    rows: records.map((row) => [
      format(row.from),
      format(row.to),
      integer(row.latents),
      integer(row.matching),
    ]),
    numeric: [true, true, true, true],
  };
}
