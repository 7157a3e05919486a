'use client';

import * as Plot from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { ExportedTable } from '../../export/exported-table.ts';
import { measureAxis } from '../../compare/figure/measure-axis.ts';
import { PlotFigure } from '../../compare/figure/plot-figure.tsx';
import { captionOf } from '../../export/caption.ts';
import { groupLegend } from '../../export/legend.ts';
import { LOSS_MEASURE } from '../curves.ts';
import type { CaptionedRun } from '../charted-run.ts';

/** The loss or one of its terms. */
export interface LossTerm {
  readonly label: string;
  readonly color: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

const HEIGHT = 250;
const MARGINS = { marginLeft: 68, marginRight: 12, marginTop: 10, marginBottom: 46 };

const STEP = { label: 'Step', form: 'count', meaning: '' } as const;

/** The loss and its terms over the steps of the training, on a log scale. */
export function LossPlot({ loss, run }: { loss: readonly LossTerm[]; run: CaptionedRun }) {
  const points = useMemo(
    () =>
      loss.flatMap(({ label, color, steps, values }) =>
        steps.flatMap((step, i) => {
          const value = values[i]!;
          // A log scale has no place for the rest.
          return value > 0 && Number.isFinite(value) ? [{ curve: label, color, step, value }] : [];
        }),
      ),
    [loss],
  );
  const options = useCallback(
    (width: number): Plot.PlotOptions => {
      const inner = width - MARGINS.marginLeft - MARGINS.marginRight;
      const x = measureAxis(
        'x',
        STEP,
        'linear',
        points.map(({ step }) => step),
        inner,
        0,
      );
      const y = measureAxis(
        'y',
        LOSS_MEASURE,
        'log',
        points.map(({ value }) => value),
        HEIGHT - MARGINS.marginTop - MARGINS.marginBottom,
      );
      return {
        ...MARGINS,
        x: x.scale,
        y: y.scale,
        marks: [
          ...y.marks,
          ...x.marks,
          Plot.line(points, { x: 'step', y: 'value', z: 'curve', stroke: 'color', strokeWidth: 1.4 }),
        ],
      };
    },
    [points],
  );
  const table = useMemo(
    (): ExportedTable => ({
      name: `run-${run.id}-loss-curves`,
      caption: captionOf('The loss and its terms at each step, on a log scale.', [run], run.provenance),
      records: points.map(({ curve, step, value }) => ({ curve, step, value })),
      headings: ['Curve', 'Step', 'Value'],
      rows: points.map(({ curve, step, value }) => [curve, String(step), String(value)]),
      numeric: [false, true, true],
    }),
    [points, run],
  );
  return (
    <PlotFigure
      label={`Loss curves, logarithmic: ${loss.map(({ label }) => label).join(', ')}`}
      options={options}
      table={table}
      legends={[
        groupLegend(
          'Curve',
          loss.map(({ label, color }) => ({ name: label, color })),
        ),
      ]}
      compact="Export the loss curves"
      height={HEIGHT}
    >
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft">
        {loss.map(({ label, color }) => (
          <li key={label} className="flex items-center gap-1.5">
            <span className="h-0.5 w-4 rounded-full" style={{ background: color }} aria-hidden="true" />
            {label}
          </li>
        ))}
      </ul>
    </PlotFigure>
  );
}
