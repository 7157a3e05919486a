'use client';

import { Card } from '@tremor/react';
import type { Histogram } from '@sae-lab/db/reading';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import { fixed, short, type Format } from '@sae-lab/measures';

interface Kind {
  readonly title: string;
  readonly note: string;
  readonly xTitle: string;
  readonly xFormat: Format;
  readonly unit: string;
  readonly log?: boolean;
}

const KINDS: Record<string, Kind> = {
  code_activations: {
    title: 'Code activations',
    note: 'All entries of the codes on [0, 1], those that are off in the first bin.',
    xTitle: 'activation',
    xFormat: fixed(2),
    unit: 'entries',
    log: true,
  },
  active_units: {
    title: 'Active units per sample',
    note: 'Latents above 0.001 on each token of the evaluation.',
    xTitle: 'active units',
    xFormat: short(4),
    unit: 'samples',
  },
  code_activations_log10: {
    title: 'Code activations, of those that are on',
    note: 'Without an upper limit, by order of magnitude.',
    xTitle: 'log10 activation',
    xFormat: fixed(1),
    unit: 'entries',
  },
  log10_density: {
    title: 'Density of latents',
    note: 'The fraction of tokens on which each latent fires; the dead ones are left out.',
    xTitle: 'log10 density',
    xFormat: fixed(1),
    unit: 'latents',
  },
};

/** The histograms that are known, in a fixed order, then any others under their own names. */
export function RunHistograms({ histograms, color }: { histograms: readonly Histogram[]; color: string }) {
  const order = Object.keys(KINDS);
  const rank = ({ name }: Histogram) => (Object.hasOwn(KINDS, name) ? order.indexOf(name) : order.length);
  return (
    <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
      {histograms
        .toSorted((a, b) => rank(a) - rank(b))
        .map(({ name, edges, counts }) => {
          const kind = Object.hasOwn(KINDS, name) ? KINDS[name]! : unknownKind(name);
          const { title, note, ...axes } = kind;
          return (
            <Card key={name} className="min-w-0 p-4 sm:p-5">
              <h3 className="text-[13px] font-medium">{title}</h3>
              <p className="mb-3 text-xs text-soft">{note}</p>
              <HistogramChart label={title} edges={edges} counts={counts} {...axes} color={color} />
            </Card>
          );
        })}
    </div>
  );
}

function unknownKind(name: string): Kind {
  return { title: name, note: '', xTitle: name, xFormat: short(3), unit: 'count' };
}
