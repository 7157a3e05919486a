'use client';

import { Card } from '@tremor/react';
import { capitalised, integer, percent, short } from '@sae-lab/measures';
import { useMemo, useRef } from 'react';
import { HistogramChart } from '../../charts/histogram-chart.tsx';
import { CompactExport } from '../../export/compact-export.tsx';
import { captionOf } from '../../export/caption.ts';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { CaptionedSae } from '../../saes/captioned-sae.ts';
import { subjectKey } from '../../saes/subject.ts';
import type { LatentDetails } from './load-latent.ts';

interface ActivationHistogramProps {
  readonly details: LatentDetails;
  readonly sae: CaptionedSae;
}

const AXIS = { label: 'Activation', form: 'fixed', digits: 1, meaning: '' } as const;

/** How often the latent fired how strongly. */
export function ActivationHistogram({ details, sae }: ActivationHistogramProps) {
  const figure = useRef<HTMLElement>(null);
  const { histogram } = details.features;
  const table = useMemo(() => histogramTable(details, sae), [details, sae]);
  if (histogram.counts.length === 0) return null;
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Activations</h2>
      <p className="text-xs text-soft">Of the tokens on which it fired.</p>
      <figure ref={figure} className="mt-2">
        <HistogramChart
          label={`Activations of latent ${details.latent}`}
          edges={histogram.edges.map((edge) => Math.log10(edge))}
          counts={histogram.counts}
          xTitle="log₁₀ of the activation"
          measure={AXIS}
          unit="tokens"
          color="var(--accent)"
          height={200}
        />
      </figure>
      <CompactExport table={table} figure={figure} label="Export the activations" />
    </Card>
  );
}

function histogramTable({ latent, features }: LatentDetails, sae: CaptionedSae): ExportedTable {
  const { edges, counts } = features.histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [format, share] = [short(4), percent(1)];
  const records = counts.map((count, bin) => ({ from: edges[bin]!, to: edges[bin + 1]!, tokens: count }));
  return {
    name: `${subjectKey(sae.subject)}-latent-${latent}-activations`,
    caption: captionOf(`Activations above 0 of latent ${latent}.`, [{ commit: sae.commit }], sae.provenance),
    records,
    headings: ['From', 'To', capitalised('tokens'), 'Share'],
    rows: records.map(({ from, to, tokens }) => [
      format(from),
      format(to),
      integer(tokens),
      share(tokens / total),
    ]),
    numeric: [true, true, true, true],
  };
}
