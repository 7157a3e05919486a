'use client';

import { Card } from '@tremor/react';
import { inSentence, MATCH_FIGURES } from '@sae-lab/measures';
import Link from 'next/link';
import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { Mark } from '../../charts/mark.tsx';
import { PlotFigure } from '../../compare/figure/plot-figure.tsx';
import { PlaceFilters } from '../../components/place-filters.tsx';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../../export/caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import { groupLegend } from '../../export/legend.ts';
import { MissingPairs } from './missing-pairs.tsx';
import type { StabilityData } from './load-stability.ts';
import { stabilityHeight, stabilityOptions } from './stability-plot.ts';
import { STABILITY, stabilityRows } from './stability-rows.ts';
import { pairsTable, stabilityTable } from './stability-table.ts';
import { stabilityState } from './view-state.ts';

const METHOD =
  'Means over the pairs of seeds. Brackets are 95 % intervals over seeds: a seed is left out with all its pairs (jackknife), because pairs that share a seed are not independent. Three seeds are the fewest with an interval. Silent latents are left out.';

/** How stable latents are over seeds: a chart and a table of configurations, and the pairs of one of them. */
export function StabilityView({ data }: { data: StabilityData }) {
  const [state, setState] = useQueryStates(stabilityState);
  const { sweep, configurations, styles } = data;
  const hooks = useMemo(() => [...new Set(configurations.map(({ hook }) => hook))], [configurations]);
  const widths = useMemo(
    () => [...new Set(configurations.map(({ width }) => width))].toSorted((a, b) => a - b),
    [configurations],
  );
  // A link may name a hook or width that this sweep does not have.
  const hook = hooks.find((name) => name === state.hook);
  const width = widths.find((size) => size === state.width);
  const rows = useMemo(
    () =>
      stabilityRows(
        configurations.filter(
          (one) =>
            one.pairs.length > 0 &&
            (hook === undefined || one.hook === hook) &&
            (width === undefined || one.width === width),
        ),
      ),
    [configurations, hook, width],
  );
  const options = useMemo(() => stabilityOptions(rows, state.measure, styles), [rows, state.measure, styles]);
  const figure = MATCH_FIGURES[state.measure];
  const variants = [...new Set(rows.map(({ versionedVariant }) => versionedVariant))];
  const selected = [
    `Sweep “${sweep.name}”`,
    ...(hook === undefined ? [] : [`hook ${hook}`]),
    ...(width === undefined ? [] : [`width ${width}`]),
  ];
  const caption = captionOf(`Stability of latents over seeds. ${METHOD}`, data.commits, selected);
  const table = stabilityTable(rows, { name: `stability-${sweep.name}`, caption });
  const open = rows.find(({ configuration }) => configuration === state.configuration) ?? rows[0];
  return (
    <>
      <MissingPairs data={data} />
      {open === undefined ? null : (
        <>
          <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
            <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
              <h2 className="text-base font-semibold">{figure.label} over seeds</h2>
              <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
                {variants.map((name) => (
                  <li key={name} className="flex items-center gap-1.5">
                    <Mark {...styles[name]!} />
                    {name}
                  </li>
                ))}
                <li className="text-soft">Grey tick: random directions</li>
              </ul>
              <div className="flex flex-wrap gap-3 sm:ml-auto">
                <PlaceFilters hooks={hooks} hook={hook} widths={widths} width={width} setState={setState} />
                <Select
                  label="Measure"
                  value={state.measure}
                  options={STABILITY.map((key) => [key, MATCH_FIGURES[key].label] as const)}
                  onChange={(value) =>
                    void setState({ measure: STABILITY.find((key) => key === value) ?? null })
                  }
                />
              </div>
            </div>
            <p className="max-w-3xl text-xs text-soft">{figure.meaning}</p>
            <PlotFigure
              label={`${figure.label} over seeds; the table below has the values`}
              options={options}
              height={stabilityHeight(rows.length)}
              table={table}
              legends={[
                groupLegend(
                  'Variant',
                  variants.map((name) => ({ name, ...styles[name]! })),
                ),
              ]}
            />
          </Card>
          <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
            <h2 className="text-base font-semibold">Configurations</h2>
            <DataTable
              table={table}
              label="Stability of configurations"
              renderCell={(row, column, text) =>
                column === 0 ? (
                  <button
                    type="button"
                    aria-pressed={rows[row] === open}
                    onClick={() => void setState({ configuration: rows[row]!.configuration })}
                    className="text-accent hover:underline aria-pressed:font-medium"
                  >
                    {text}
                  </button>
                ) : undefined
              }
            />
            <ExportFooter table={table}>{METHOD}</ExportFooter>
          </Card>
          <Pairs data={data} open={open} />
        </>
      )}
    </>
  );
}

/** The pairs of seeds of one configuration. */
function Pairs({ data, open }: { data: StabilityData; open: ReturnType<typeof stabilityRows>[number] }) {
  const table = pairsTable(open, {
    name: `stability-${data.sweep.name}-pairs`,
    caption: captionOf(`Pairs of seeds of ${open.label}.`, data.commits, [`Sweep “${data.sweep.name}”`]),
  });
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Pairs of {inSentence(open.label)}</h2>
      <DataTable
        table={table}
        label="Pairs of seeds"
        renderCell={(row, column, text) => {
          if (column !== 0) return undefined;
          const { a, b } = open.pairs[row]!;
          return (
            <Link
              href={`/compare/saes?a=${a}&b=${b}`}
              prefetch={false}
              className="text-accent hover:underline"
            >
              Seeds {text}
            </Link>
          );
        }}
      />
      <ExportFooter table={table}>Follow a pair to see its latents next to each other.</ExportFooter>
    </Card>
  );
}
