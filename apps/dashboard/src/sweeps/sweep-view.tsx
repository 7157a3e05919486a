'use client';

import { Card } from '@tremor/react';
import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { Mark } from '../charts/mark.tsx';
import { PlaceFilters } from '../components/place-filters.tsx';
import { Select } from '../components/select.tsx';
import { versionStyles, type VariantVersion } from '../variants/version-styles.ts';
import { columnsOf, firstDirection, sortEntries } from './columns.ts';
import { entriesOf } from './entries.ts';
import { exportedEntries } from './exported-entries.ts';
import { unpack, type Packed } from './pack.ts';
import { ParetoCharts } from './pareto-charts.tsx';
import type { RunRow } from './run-row.ts';
import { RunTable } from './run-table.tsx';
import { viewState } from './view-state.ts';

interface SweepViewProps {
  /** The name of the sweep. */
  readonly sweep: string;
  readonly packed: Packed;
  /** All versions of all variants in the database. */
  readonly variants: readonly VariantVersion[];
}

/** The fronts and the table of a sweep, and the filters for both. */
export function SweepView({ sweep, packed, variants }: SweepViewProps) {
  const rows = useMemo(() => unpack<RunRow>(packed), [packed]);
  const [state, setState] = useQueryStates(viewState);
  const styles = useMemo(() => versionStyles(rows, variants), [rows, variants]);
  const hooks = useMemo(() => distinct(rows.map(({ hook }) => hook)), [rows]);
  const widths = useMemo(() => distinct(rows.map(({ width }) => width)).toSorted((a, b) => a - b), [rows]);
  const manySeeds = new Set(rows.map(({ seed }) => seed)).size > 1;
  // A link may name a hook or width that this sweep does not have.
  const hook = hooks.find((name) => name === state.hook);
  const width = widths.find((size) => size === state.width);

  const entries = useMemo(
    () =>
      entriesOf(
        rows.filter(
          (row) => (hook === undefined || row.hook === hook) && (width === undefined || row.width === width),
        ),
        state.seeds === 'mean',
      ),
    [rows, hook, width, state.seeds],
  );
  const shownHooks = useMemo(() => (hook === undefined ? hooks : [hook]), [hooks, hook]);
  const sorted = useMemo(() => sortEntries(entries, state.sort, state.dir), [entries, state.sort, state.dir]);
  const columns = useMemo(() => columnsOf(entries, state.figures), [entries, state.figures]);
  const filters = useMemo(
    () => [
      ...(hook === undefined ? [] : [`hook ${hook}`]),
      ...(width === undefined ? [] : [`width ${width}`]),
    ],
    [hook, width],
  );

  return (
    <div className="grid grid-cols-1 gap-4">
      <Card className="p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <h2 className="text-base font-semibold">Sparsity and fidelity</h2>
          <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-1 text-[13px]">
            {[...styles].map(([variant, style]) => (
              <li key={variant} className="flex min-w-0 items-center gap-1.5 wrap-anywhere">
                <Mark {...style} />
                {variant}
              </li>
            ))}
            <li className="text-soft">Lines: Pareto front of each variant</li>
          </ul>
          <div className="flex flex-wrap gap-3 sm:ml-auto">
            <PlaceFilters hooks={hooks} hook={hook} widths={widths} width={width} setState={setState} />
            {manySeeds ? (
              <Select
                label="Seeds"
                value={state.seeds}
                options={[
                  ['each', 'Each run'],
                  ['mean', 'Mean ± deviation'],
                ]}
                onChange={(value) => void setState({ seeds: value === 'mean' ? 'mean' : null })}
              />
            ) : null}
            <Select
              label="Figures"
              value={state.figures}
              options={[
                ['main', 'Main'],
                ['all', 'All'],
              ]}
              onChange={(value) => void setState({ figures: value === 'all' ? 'all' : null })}
            />
          </div>
        </div>
        <ParetoCharts sweep={sweep} filters={filters} entries={entries} hooks={shownHooks} styles={styles} />
      </Card>
      <RunTable
        entries={sorted}
        exported={exportedEntries(sorted, { sweep, columns, filters })}
        columns={columns}
        styles={styles}
        sort={state.sort}
        direction={state.dir}
        // A second click on a heading reverses the order, a third restores the sweep's own.
        onSort={(key) =>
          void setState(
            state.sort !== key
              ? { sort: key, dir: firstDirection(key) }
              : state.dir === firstDirection(key)
                ? { dir: state.dir === 'asc' ? 'desc' : 'asc' }
                : { sort: null, dir: null },
          )
        }
      />
    </div>
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
