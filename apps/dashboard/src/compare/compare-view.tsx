'use client';

import { Card } from '@tremor/react';
import { integer } from '@sae-lab/measures';
import { useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { Select } from '../components/select.tsx';
import { unpack } from '../sweeps/pack.ts';
import type { CompareRow } from './compare-row.ts';
import { ConfigurationView } from './configuration/configuration-view.tsx';
import { CurvesView } from './curves/curves-view.tsx';
import { GroupName } from './group-name.tsx';
import { groupKeys, groupsBy } from './groups.ts';
import { HistogramsView } from './histograms/histograms-view.tsx';
import type { CompareData } from './load-compare.ts';
import { MatchedView } from './matched/matched-view.tsx';
import { ScatterView } from './scatter/scatter-view.tsx';
import type { ViewProps } from './view-props.ts';
import { compareState } from './view-state.ts';
import { VIEW_LABELS, VIEWS } from './views.ts';

/** Groups that the legend names. */
const MOST_NAMED = 12;

/** The filters and the legend of a comparison, and the view that the reader chose. */
export function CompareView({ data }: { data: CompareData }) {
  const all = useMemo(() => unpack<CompareRow>(data.rows), [data.rows]);
  const [state, setState] = useQueryStates(compareState);
  const keys = useMemo(() => groupKeys(data.keys), [data.keys]);
  const by = keys.find(({ key }) => key === state.by) ?? keys[0]!;
  const hooks = useMemo(() => distinct(all.map(({ hook }) => hook)), [all]);
  const widths = useMemo(() => distinct(all.map(({ width }) => width)).toSorted((a, b) => a - b), [all]);
  // A link may name a hook or width that these runs do not have.
  const hook = hooks.find((name) => name === state.hook);
  const width = widths.find((size) => size === state.width);
  const rows = useMemo(
    () =>
      all.filter(
        (row) => (hook === undefined || row.hook === hook) && (width === undefined || row.width === width),
      ),
    [all, hook, width],
  );
  const groups = useMemo(() => groupsBy(rows, by.key), [rows, by.key]);
  const provenance = useMemo(
    () => ({ selection: data.selection, hook, width }),
    [data.selection, hook, width],
  );
  const props: ViewProps = { rows, by, keys, provenance, state, setState };
  return (
    <div className="grid grid-cols-1 gap-4">
      <Card className="grid grid-cols-1 gap-3 p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
          <p className="text-[13px]">
            <span className="font-medium">{data.selection}</span>
            <span className="text-soft">
              , {integer(rows.length)} {rows.length === all.length ? '' : `of ${integer(all.length)} `}runs
            </span>
          </p>
          <div className="flex flex-wrap gap-3 sm:ml-auto">
            <Select
              label="Group by"
              value={by.key}
              options={keys.map(({ key, label }) => [key, label] as const)}
              onChange={(value) => void setState({ by: value, baseline: null, members: null })}
            />
            {hooks.length > 1 ? (
              <Select
                label="Hook"
                value={hook ?? ''}
                options={[['', 'All'], ...hooks.map((name) => [name, name] as const)]}
                onChange={(value) => void setState({ hook: value || null })}
              />
            ) : null}
            {widths.length > 1 ? (
              <Select
                label="Width"
                value={width === undefined ? '' : String(width)}
                options={[['', 'All'], ...widths.map((size) => [String(size), String(size)] as const)]}
                onChange={(value) => void setState({ width: value === '' ? null : Number(value) })}
              />
            ) : null}
          </div>
        </div>
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]" aria-label="Groups">
          {groups.slice(0, MOST_NAMED).map((group) => (
            <li key={group.name} className="flex items-center gap-1.5">
              <GroupName group={group} name={group.name} />
              <span className="text-soft">{integer(group.rows.length)}</span>
            </li>
          ))}
          {groups.length > MOST_NAMED ? (
            <li className="text-soft">and {integer(groups.length - MOST_NAMED)} more groups</li>
          ) : null}
        </ul>
      </Card>
      <nav aria-label="Views" className="-mb-px flex flex-wrap gap-x-1 border-b border-line">
        {VIEWS.map((view) => (
          <button
            key={view}
            type="button"
            aria-current={view === state.view ? 'page' : undefined}
            onClick={() => void setState({ view })}
            className={`border-b-2 px-3 py-2 text-[13px] whitespace-nowrap ${
              view === state.view
                ? 'border-accent font-medium text-ink'
                : 'border-transparent text-soft hover:text-ink'
            }`}
          >
            {VIEW_LABELS[view]}
          </button>
        ))}
      </nav>
      {state.view === 'matched' ? <MatchedView {...props} /> : null}
      {state.view === 'scatter' ? <ScatterView {...props} /> : null}
      {state.view === 'curves' ? <CurvesView {...props} available={data.curves} /> : null}
      {state.view === 'configuration' ? <ConfigurationView {...props} same={data.same} /> : null}
      {state.view === 'histograms' ? <HistogramsView {...props} data={data.histograms} /> : null}
    </div>
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
