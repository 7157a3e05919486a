import * as Plot from '@observablehq/plot';
import { integer, LATENT_MEASURES, percent } from '@sae-lab/measures';
import type { ExportedTable } from '../export/exported-table.ts';
import type { Legend } from '../export/legend.ts';
import type { CosineBins } from './cosine-bins.ts';
import type { PairData } from './pair-data.ts';

interface Line {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  /** Of random directions: dashes, which need no colour to be told apart. */
  readonly dashes?: string;
  readonly bins: CosineBins;
}

const SHARE = percent(1);
const MARGIN = { left: 64, right: 20, top: 16, bottom: 46 };

/** The distributions of a pair, with those of random directions of the same number and dimension. */
export function linesOf({ bins, random }: PairData): readonly Line[] {
  return [
    { key: 'a_in_b', name: 'Best match of A in B', color: 'var(--variant-blue)', bins: bins.aInB },
    { key: 'b_in_a', name: 'Best match of B in A', color: 'var(--variant-vermilion)', bins: bins.bInA },
    { key: 'one_to_one', name: 'One-to-one', color: 'var(--variant-green)', bins: bins.oneToOne },
    {
      key: 'random_best',
      name: 'Best match, random directions',
      color: 'var(--text-soft)',
      dashes: '6 4',
      bins: random.best,
    },
    {
      key: 'random_one_to_one',
      name: 'One-to-one, random directions',
      color: 'var(--text-soft)',
      dashes: '2 3',
      bins: random.oneToOne,
    },
  ];
}

export function distributionLegend(lines: readonly Line[]): Legend {
  return { label: 'Cosines', items: lines.map(({ name, color }) => ({ text: name, color, shape: 'line' })) };
}

/** Steps of the shares of latents in each bin. */
export function distributionOptions(
  lines: readonly Line[],
  threshold: number,
): (width: number) => Plot.PlotOptions {
  const first = firstBin(lines);
  const points = lines.flatMap((line) => {
    const { edges, shares } = line.bins;
    const from = shares.slice(first).map((share, i) => ({ line, cosine: edges[first + i]!, share }));
    return [...from, { line, cosine: 1, share: shares.at(-1)! }];
  });
  const most = Math.max(0.01, ...points.map(({ share }) => share));
  return (width) => ({
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [lines[0]!.bins.edges[first]!, 1] },
    y: { domain: [0, most * 1.05] },
    color: { type: 'identity' },
    marks: [
      Plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 6 }),
      Plot.axisY({
        ticks: 6,
        tickFormat: (share: number) => percent(0)(share),
        label: 'Share of latents in a bin of 0.04',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 52,
      }),
      Plot.axisX({
        ticks: Math.max(4, Math.min(12, Math.floor(width / 80))),
        label: 'Cosine of the decoder rows',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
      }),
      Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
      Plot.ruleX([threshold], { stroke: 'var(--line-strong)', strokeDasharray: '1 3', strokeWidth: 1.5 }),
      ...lines.map((line) =>
        Plot.line(
          points.filter((point) => point.line === line),
          {
            x: 'cosine',
            y: 'share',
            curve: 'step-after',
            stroke: line.color,
            strokeWidth: line.dashes === undefined ? 2 : 1.5,
            ...(line.dashes !== undefined && { strokeDasharray: line.dashes }),
          },
        ),
      ),
      Plot.tip(
        points,
        Plot.pointer({
          x: 'cosine',
          y: 'share',
          title: ({ line, cosine, share }: (typeof points)[number]) =>
            `${line.name}\ncosine from ${cosine.toFixed(2)}: ${SHARE(share)}`,
          fill: 'var(--surface)',
          stroke: 'var(--line-strong)',
          maxRadius: 24,
        }),
      ),
    ],
  });
}

/** A row for each bin that has anything. */
export function distributionTable(
  lines: readonly Line[],
  { name, caption }: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  const { edges } = lines[0]!.bins;
  const bins = edges.slice(firstBin(lines), -1).map((from, i) => ({ from, bin: firstBin(lines) + i }));
  return {
    name,
    caption,
    records: bins.map(({ from, bin }) => ({
      from,
      to: edges[bin + 1]!,
      ...Object.fromEntries(lines.map((line) => [line.key, line.bins.shares[bin]!])),
    })),
    headings: [
      LATENT_MEASURES.cosine.label,
      ...lines.map((line) => `${line.name} (n = ${integer(line.bins.count)})`),
    ],
    rows: bins.map(({ from, bin }) => [
      `${from.toFixed(2)} to ${edges[bin + 1]!.toFixed(2)}`,
      ...lines.map((line) => SHARE(line.bins.shares[bin])),
    ]),
    numeric: [false, ...lines.map(() => true)],
  };
}

function firstBin(lines: readonly Line[]): number {
  return Math.max(
    0,
    Math.min(
      ...lines.map(({ bins }) => bins.shares.findIndex((share) => share > 0)).filter((bin) => bin >= 0),
    ) - 1,
  );
}
