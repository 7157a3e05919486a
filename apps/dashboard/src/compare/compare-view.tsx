'use client';

import { useQueryStates } from 'nuqs';
import { useEffect, useMemo, useRef } from 'react';
import { unpack } from '../sweeps/pack.ts';
import { brushedRows } from './brushes/brushed-rows.ts';
import { CompareFilters } from './compare-filters.tsx';
import type { CompareRow } from './compare-row.ts';
import { ConfigurationView } from './configuration/configuration-view.tsx';
import { CurvesView } from './curves/curves-view.tsx';
import { groupingBy, groupKeys, groupsBy } from './groups.ts';
import { HistogramsView } from './histograms/histograms-view.tsx';
import { ImportanceView } from './importance/importance-view.tsx';
import type { CompareData } from './load-compare.ts';
import { MatchedView } from './matched/matched-view.tsx';
import { ParallelView } from './parallel/parallel-view.tsx';
import { ScatterView } from './scatter/scatter-view.tsx';
import type { ViewProps } from './view-props.ts';
import { compareState } from './view-state.ts';
import { VIEW_LABELS, VIEWS } from './views.ts';

/** The filters and the legend of a comparison, and the view that the reader chose. */
export function CompareView({ data }: { data: CompareData }) {
  const all = useMemo(() => unpack<CompareRow>(data.rows), [data.rows]);
  const [state, setState] = useQueryStates(compareState);
  const keys = useMemo(() => groupKeys(data.keys, all), [data.keys, all]);
  const by = useMemo(
    () => groupingBy(all, keys.find(({ key }) => key === state.by) ?? keys[0]!, data.variants),
    [all, keys, state.by, data.variants],
  );
  const hooks = useMemo(() => distinct(all.map(({ hook }) => hook)), [all]);
  const widths = useMemo(() => distinct(all.map(({ width }) => width)).toSorted((a, b) => a - b), [all]);
  // A link may name a hook or width that these runs do not have.
  const hook = hooks.find((name) => name === state.hook);
  const width = widths.find((size) => size === state.width);
  const filtered = useMemo(
    () =>
      all.filter(
        (row) => (hook === undefined || row.hook === hook) && (width === undefined || row.width === width),
      ),
    [all, hook, width],
  );
  const { rows, texts } = useMemo(
    () => brushedRows(filtered, keys, state.brush),
    [filtered, keys, state.brush],
  );
  const groups = useMemo(() => groupsBy(rows, by.key, by.styles), [rows, by]);
  const provenance = useMemo(
    () => [
      data.selection,
      ...(hook === undefined ? [] : [`hook ${hook}`]),
      ...(width === undefined ? [] : [`width ${width}`]),
      ...texts.map(({ text }) => text),
    ],
    [data.selection, hook, width, texts],
  );
  const tabs = useRef<HTMLElement>(null);
  // On a phone, some tabs are to the right.
  useEffect(() => {
    const nav = tabs.current;
    const tab = nav?.querySelector<HTMLElement>(`[data-view=${state.view}]`);
    if (nav && tab)
      nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
  }, [state.view]);
  const props: ViewProps = { rows, by, keys, references: data.references, provenance, state, setState };
  return (
    <div className="grid grid-cols-1 gap-4">
      <CompareFilters
        selection={data.selection}
        total={all.length}
        shown={rows.length}
        brushed={texts}
        {...{ by, keys, groups, hooks, hook, widths, width, state, setState }}
      />
      <nav ref={tabs} aria-label="Views" className="flex gap-x-1 overflow-x-auto border-b border-line">
        {VIEWS.map((view) => (
          <button
            key={view}
            type="button"
            data-view={view}
            aria-current={view === state.view ? 'page' : undefined}
            onClick={() => void setState({ view })}
            className={`border-b-2 px-3 py-2 text-[13px] whitespace-nowrap focus-visible:-outline-offset-2 ${
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
      {state.view === 'parallel' ? <ParallelView {...props} filtered={filtered} /> : null}
      {state.view === 'importance' ? <ImportanceView {...props} /> : null}
      {state.view === 'curves' ? (
        <CurvesView {...props} available={data.curves} clocks={data.clocks} />
      ) : null}
      {state.view === 'histograms' ? <HistogramsView {...props} data={data.histograms} /> : null}
      {state.view === 'configuration' ? <ConfigurationView {...props} same={data.same} /> : null}
    </div>
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
