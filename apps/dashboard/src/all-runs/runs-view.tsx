'use client';

import type { RunKey } from '@sae-lab/db/filter';
import type { SavedView } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { useRouter } from 'next/navigation';
import { useQueryStates } from 'nuqs';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useChanges } from '../live/use-changes.ts';
import { ColumnPanel } from './column-panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { LoadedPage, PageProblem } from './load-page.ts';
import { BUTTON, Popover } from './popover.tsx';
import { rowsQuery, viewQuery } from './query-of.ts';
import { RunGrid, type GridHandle } from './run-grid.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import { columnOf, shownColumns, usualColumns } from './table-columns.ts';
import { loadTableState, MOST_SELECTED, tableState, VIEW_FIELDS } from './table-state.ts';
import { useColumnModel } from './use-column-model.ts';
import { useRunPages } from './use-run-pages.ts';
import { ViewMenu } from './view-menu.tsx';

interface RunsViewProps {
  readonly keys: readonly RunKey[];
  readonly views: readonly SavedView[];
  readonly version: string;
  readonly first: LoadedPage | { problem: PageProblem };
}

/** The table of all runs with its filter, columns, views and selection. */
export function RunsView({ keys, views, version, first }: RunsViewProps) {
  const router = useRouter();
  const [state, setState] = useQueryStates(tableState, { history: 'push' });
  const [active, setActive] = useState(-1);
  const grid = useRef<GridHandle>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const help = useRef<HTMLDialogElement>(null);

  const columns = useMemo(() => keys.map(columnOf), [keys]);
  const shown = useMemo(() => shownColumns(keys, state.columns), [keys, state.columns]);
  const query = rowsQuery(state);
  const pages = useRunPages(query, first);
  const reachable = useChanges('runs', version, pages.refresh);
  const { placed, width } = useColumnModel({
    columns,
    shown,
    pinned: state.pinned,
    differences: pages.baseline !== null,
  });
  const selected = useMemo(() => new Set(state.selected), [state.selected]);

  const toggle = useCallback(
    (id: number) =>
      void setState(
        ({ selected: before }) => ({
          selected: before.includes(id)
            ? before.filter((other) => other !== id)
            : [...before, id].slice(0, MOST_SELECTED),
        }),
        { history: 'replace' },
      ),
    [setState],
  );
  const activeRun = pages.runAt(active);
  const moveTo = (index: number): void => {
    const next = Math.min(pages.total - 1, Math.max(0, index));
    setActive(next);
    grid.current?.scrollTo(next);
    grid.current?.focus();
  };
  const showOnly = (): void => {
    if (state.selected.length === 0) return;
    void setState({ filter: `id in (${state.selected.join(', ')})` });
    setActive(-1);
  };
  const compareWith = (id: number): void => void setState({ baseline: state.baseline === id ? null : id });
  const sortBy = (key: string): void => {
    const { firstDirection } = columns.find((column) => column.key === key)!;
    // A second click on a heading reverses the order, a third restores the newest first.
    if (state.sort !== key) void setState({ sort: key, dir: firstDirection });
    else if (state.dir === firstDirection) void setState({ dir: state.dir === 'asc' ? 'desc' : 'asc' });
    else void setState({ sort: null, dir: null });
  };
  useShortcuts({
    j: () => moveTo(active + 1),
    k: () => moveTo(active - 1),
    x: () => activeRun && toggle(activeRun.id),
    Enter: () => activeRun && router.push(`/runs/${activeRun.id}`),
    b: () => activeRun && compareWith(activeRun.id),
    c: showOnly,
    '/': () => filterInput.current?.focus(),
    '?': () => help.current?.showModal(),
  });
  const openView = (saved: string): void => {
    const view = loadTableState(new URLSearchParams(saved));
    void setState(Object.fromEntries(VIEW_FIELDS.map((field) => [field, view[field]])));
  };

  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-start gap-2">
        <FilterBar
          filter={state.filter}
          keys={keys}
          problem={pages.problem}
          inputRef={filterInput}
          onFilter={(filter) => {
            setActive(-1);
            grid.current?.scrollTo(0);
            void setState({ filter });
          }}
        />
        <ViewMenu views={views} query={viewQuery(state)} onOpen={openView} />
        <ColumnPanel
          columns={columns}
          shown={shown}
          pinned={state.pinned}
          onShown={(next) =>
            void setState({ columns: isUsual(next, keys) ? null : [...next!] }, { history: 'replace' })
          }
          onPinned={(next) => void setState({ pinned: [...next] }, { history: 'replace' })}
        />
        <Popover label="Export">
          <p className="mb-2 text-[13px] text-soft">All {integer(pages.total)} runs, with these columns.</p>
          <div className="flex gap-2">
            {(['csv', 'json'] as const).map((format) => (
              <a
                key={format}
                className={BUTTON}
                download={`runs.${format}`}
                href={`/api/runs/export?format=${format}${query === '' ? '' : `&${query}`}`}
              >
                {format.toUpperCase()}
              </a>
            ))}
          </div>
        </Popover>
        <button type="button" className={BUTTON} aria-label="Keys" onClick={() => help.current?.showModal()}>
          ?
        </button>
      </div>
      <p className="flex flex-wrap items-center gap-x-3 text-[13px] text-soft">
        <span role="status">
          {pages.problem && pages.total === 0 ? null : runCount(pages.total)}
          {reachable ? '' : ' · Connection lost, retrying'}
        </span>
        {pages.baseline ? (
          <span>
            Compared with run {pages.baseline.id}{' '}
            <button
              type="button"
              className="text-accent hover:underline"
              onClick={() => void setState({ baseline: null })}
            >
              Stop comparing
            </button>
          </span>
        ) : null}
      </p>
      {pages.total === 0 && !pages.pending ? (
        <p className="rounded-md border border-line bg-surface px-4 py-10 text-center text-soft">
          {pages.problem ? 'The address of this page has a mistake.' : 'No run passes this filter.'}{' '}
          <button
            type="button"
            className="text-accent hover:underline"
            onClick={() => void setState({ filter: '', sort: null, dir: null })}
          >
            Show all runs
          </button>
        </p>
      ) : (
        <RunGrid
          ref={grid}
          pages={pages}
          placed={placed}
          width={width}
          sort={state.sort}
          direction={state.dir}
          onSort={sortBy}
          selected={selected}
          onToggle={toggle}
          active={active}
          onActivate={setActive}
          isCovered={state.selected.length > 0}
        />
      )}
      <SelectionBar
        selected={state.selected}
        onClear={() => void setState({ selected: null })}
        onOnly={showOnly}
        onBaseline={compareWith}
        onTagged={pages.refresh}
      />
      <ShortcutHelp ref={help} />
    </div>
  );
}

function runCount(total: number): string {
  return total === 1 ? '1 run' : `${integer(total)} runs`;
}

function isUsual(columns: readonly string[] | null, keys: readonly RunKey[]): boolean {
  return columns === null || columns.join() === usualColumns(keys).join();
}
