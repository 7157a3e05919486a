'use client';

import { Card } from '@tremor/react';
import { inSentence, integer, NOTHING, percent } from '@sae-lab/measures';
import { useMemo } from 'react';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../../export/caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import { TableDetails } from '../../export/table-details.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import { PlotFigure } from '../figure/plot-figure.tsx';
import { intervalText } from '../matched/matched-table.ts';
import { chosenMeasure, measuresOf } from '../measures-of.ts';
import { Nothing } from '../nothing.tsx';
import type { ViewProps } from '../view-props.ts';
import { TREES } from './forest.ts';
import { importanceHeight, importanceOptions } from './importance-plot-options.ts';
import { importanceOf, LEAST_RUNS, type Importance, type KeyImportance } from './importance.ts';

const SHARE = percent(1);
/** Below this share of explained variance the forest says little. */
const POOR = 0.5;

/** How much each setting contributes to the variance of a measure. */
export function ImportanceView({ rows, keys, provenance, state, setState }: ViewProps) {
  const measures = useMemo(() => measuresOf(rows), [rows]);
  const measure = chosenMeasure(measures, state.measure, 'explained_variance');
  const found = useMemo((): Importance => {
    return measure === undefined ? { kind: 'too-few', runs: 0 } : importanceOf(rows, keys, measure);
  }, [rows, keys, measure]);
  const shown = found.kind === 'found' ? found.keys : NONE;
  const options = useMemo(() => importanceOptions(shown), [shown]);
  if (measure === undefined) return <Nothing {...REASONS['too-few']} />;
  const picker = (
    <Select
      label="Measure"
      value={measure.key}
      options={measures.map(({ key, label }) => [key, label] as const)}
      onChange={(value) => void setState({ measure: value })}
    />
  );
  if (found.kind !== 'found') {
    const { title, children } = REASONS[found.kind];
    return (
      <Card className="grid grid-cols-1 gap-3 p-6">
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="text-soft">
          {children}
          {found.kind === 'too-few' ? ` ${integer(found.runs)} of these runs have this measure.` : ''}
        </p>
        <div>{picker}</div>
      </Card>
    );
  }
  const target = `${found.log ? 'the logarithm of ' : ''}${inSentence(measure.label)}`;
  const table = tableOf(found.keys, measure.key, {
    name: `importance-${measure.key}`,
    caption: captionOf(
      `Importance of each setting for ${target}, as a share of the variance between runs: permutation importance by a random forest of ${TREES} trees, which explains ${SHARE(found.explained)} of that variance out of bag. Intervals are 95 % t intervals over the trees.`,
      found.rows,
      provenance,
    ),
  });
  const conditional = found.keys.filter((key) => key.isConditional);
  const tied = found.keys.filter((key) => key.tied.length > 0);
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="mr-auto">
          <h2 className="text-base font-semibold">Importance of settings</h2>
          <p className="text-xs text-soft">
            For {target}. The forest explains {SHARE(found.explained)} of the variance between runs that its
            trees have not seen.
          </p>
        </div>
        {picker}
      </div>
      {found.explained < POOR ? (
        <p className="max-w-3xl text-[13px]">
          The forest explains less than half of the variance, so these shares say little. More seeds or more
          values of each setting help.
        </p>
      ) : null}
      <PlotFigure
        label={`Importance of settings for ${target}; the table below has the values`}
        options={options}
        height={importanceHeight(found.keys.length)}
        table={table}
      />
      <div className="max-w-3xl text-xs text-soft">
        <p>
          Each tree learns from a random sample of the runs. Then a setting is shuffled among the runs that
          the tree has not seen. The growth of the squared error, divided by twice the variance, is the
          setting’s share. Each of two settings that interact counts their interaction, so shares can add up
          to more than 100 %. Intervals show the randomness of the method, not that of other runs. The result
          is the same at every visit.
        </p>
        {found.keys.some(({ key }) => key === 'seed') ? (
          <p className="mt-1">The grey bar is the seed: a setting below it does no more than chance.</p>
        ) : null}
        {conditional.length > 0 ? (
          <p className="mt-1">
            Shuffled only among the runs that have it: {conditional.map(({ label }) => label).join(', ')}.
          </p>
        ) : null}
        {tied.length > 0 ? (
          <p className="mt-1">
            These runs cannot tell apart:{' '}
            {tied.map((key) => [key, ...key.tied].map(({ label }) => label).join(', ')).join('; ')}.
          </p>
        ) : null}
      </div>
      <TableDetails summary="Table of the settings">
        <DataTable table={table} label="Importance of settings" />
      </TableDetails>
    </Card>
  );
}

const NONE: readonly KeyImportance[] = [];

const REASONS = {
  'too-few': {
    title: 'Too few runs for importance',
    children: `Importance needs at least ${LEAST_RUNS} runs with the measure: with fewer, chance decides the order.`,
  },
  'no-settings': {
    title: 'No setting differs',
    children: 'These runs differ in nothing but their seeds, so no setting has an effect.',
  },
  constant: {
    title: 'The measure is the same for all runs',
    children:
      'All runs have the same value, so no setting contributes to its variance. Choose another measure.',
  },
} as const;

function tableOf(
  keys: readonly KeyImportance[],
  measure: string,
  { name, caption }: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  return {
    name,
    caption,
    records: keys.map(({ key, tied, share, values, best }) => ({
      setting: key,
      tied: tied.map((one) => one.key).join(' '),
      measure,
      share: share.mean,
      low: share.low,
      high: share.high,
      values,
      best: best ?? null,
    })),
    headings: ['Setting', 'Share [95 %]', 'Values', 'Best mean at'],
    rows: keys.map(({ label, tied, share, values, best }) => [
      [label, ...tied.map((one) => one.label)].join(', '),
      intervalText(share, SHARE),
      integer(values),
      best ?? NOTHING,
    ]),
    numeric: [false, true, true, false],
  };
}
