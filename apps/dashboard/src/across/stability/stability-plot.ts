import * as Plot from '@observablehq/plot';
import { figureText, MATCH_FIGURES } from '@sae-lab/measures';
import type { MarkShape } from '../../charts/mark-path.ts';
import type { MarkStyle } from '../../charts/mark-style.ts';
import { SYMBOLS } from '../../compare/figure/symbols.ts';
import { intervalText } from './stability-table.ts';
import type { StabilityMeasure, StabilityRow } from './stability-rows.ts';

const ROW = 30;
const MARGIN = { right: 24, top: 8, bottom: 44 };
/** Room for the names of configurations. */
const NAMES = { share: 0.34, least: 130, most: 320 };

/** Pixels of the chart, for a number of configurations. */
export function stabilityHeight(count: number): number {
  return MARGIN.top + MARGIN.bottom + count * ROW;
}

/** A point for each configuration with its interval over seeds, and a tick where random directions are. */
export function stabilityOptions(
  rows: readonly StabilityRow[],
  measure: StabilityMeasure,
  styles: Readonly<Record<string, MarkStyle>>,
): (width: number) => Plot.PlotOptions {
  const { label, ...figure } = MATCH_FIGURES[measure];
  const shown = rows.filter((row) => row.means[measure] !== undefined);
  const mean = (row: StabilityRow) => row.means[measure]!;
  const color = (row: StabilityRow) => styles[row.versionedVariant]!.color;
  const spread = shown.filter((row) => mean(row).low !== null);
  const withRandom = shown.filter((row) => row.random[measure] !== null);
  return (width) => {
    const marginLeft = Math.min(NAMES.most, Math.max(NAMES.least, width * NAMES.share));
    return {
      marginLeft,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: { domain: [Math.min(0, ...shown.map((row) => mean(row).low ?? mean(row).mean)), 1] },
      y: { domain: shown.map((row) => row.label), padding: 0.4 },
      color: { type: 'identity' },
      marks: [
        Plot.gridX({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 6 }),
        Plot.axisX({
          ticks: Math.max(3, Math.min(10, Math.floor((width - marginLeft) / 80))),
          tickFormat: (value: number) =>
            figureText({ label, ...figure, digits: figure.form === 'percent' ? 0 : 1 }, value),
          label,
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 38,
        }),
        Plot.axisY({
          tickSize: 0,
          fill: 'var(--text)',
          lineWidth: marginLeft / 11 - 1,
          textOverflow: 'ellipsis',
          label: null,
        }),
        Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
        Plot.tickX(withRandom, {
          x: (row: StabilityRow) => row.random[measure],
          y: 'label',
          stroke: 'var(--text-soft)',
          strokeWidth: 2,
        }),
        Plot.ruleY(spread, {
          x1: (row: StabilityRow) => mean(row).low,
          x2: (row: StabilityRow) => mean(row).high,
          y: 'label',
          stroke: color,
          strokeWidth: 1.5,
        }),
        ...(Object.keys(SYMBOLS) as MarkShape[]).map((shape) =>
          Plot.dot(
            shown.filter((row) => styles[row.versionedVariant]!.shape === shape),
            {
              x: (row: StabilityRow) => mean(row).mean,
              y: 'label',
              r: 5,
              symbol: SYMBOLS[shape],
              fill: color,
            },
          ),
        ),
        Plot.tip(
          shown,
          Plot.pointerY({
            x: (row: StabilityRow) => mean(row).mean,
            y: 'label',
            title: (row: StabilityRow) =>
              `${row.label}\n${label} ${intervalText(MATCH_FIGURES[measure], mean(row))}\n${mean(row).pairs} pairs of ${mean(row).seeds} seeds`,
            fill: 'var(--surface)',
            stroke: 'var(--line-strong)',
          }),
        ),
      ],
    };
  };
}
