'use client';

import { findKey, type RunKey } from '@sae-lab/db/filter';
import type { SavedView } from '@sae-lab/db/reading';
import { useRouter } from 'next/navigation';
import { useQueryStates } from 'nuqs';
import { useMemo, useRef, useState } from 'react';
import { useChanges } from '../live/use-changes.ts';
import { useVariantNames } from '../variants/variant-names.tsx';
import { colorScale } from './color-scale.ts';
import { ColumnPanel } from './column-panel.tsx';
import { ExportRuns } from './export-runs.tsx';
import { FilterBar } from './filter-bar.tsx';
import { KeyMenu } from './key-menu.tsx';
import type { LoadedPage, PageProblem } from './load-page.ts';
import { moveColumn, stepColumn, type ColumnOrder } from './move-column.ts';
import { BUTTON } from './popover.tsx';
import { groupsQuery, rowsQuery, runsQuery, viewQuery } from './query-of.ts';
import { RunGrid, type GridHandle } from './run-grid.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import { columnOf, shownColumns, usualColumns } from './table-columns.ts';
import { loadTableState, tableState, VIEW_FIELDS } from './table-state.ts';
import { TableSummary } from './table-summary.tsx';
import { useColumnModel } from './use-column-model.ts';
import { useRunPages } from './use-run-pages.ts';
import { useSelection } from './use-selection.ts';
import { ViewMenu } from './view-menu.tsx';

interface RunsViewProps {
  readonly keys: readonly RunKey[];
  readonly views: readonly SavedView[];
  readonly version: string;
  readonly first: LoadedPage | { problem: PageProblem };
  /** Of `rowsQuery`: what `first` was read for. */
  readonly firstQuery: string;
}

/** Keys that readers group by most. */
const COMMON_GROUPS = ['configuration', 'variant', 'hook', 'width', 'sweep', 'tag', 'status'];
const COMMON_COLORS = ['variant', 'hook', 'width', 'seed', 'status', 'sweep', 'l0', 'explained_variance'];

/** The table of all runs with its filter, groups, columns, views and selection. */
export function RunsView({ keys, views, version, first, firstQuery }: RunsViewProps) {
  const router = useRouter();
  const [state, setState] = useQueryStates(tableState, { history: 'push' });
  const [active, setActive] = useState(-1);
  const grid = useRef<GridHandle>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const help = useRef<HTMLDialogElement>(null);
  const variants = useVariantNames();

  const columns = useMemo(() => keys.map(columnOf), [keys]);
  const shown = useMemo(() => shownColumns(keys, state.columns), [keys, state.columns]);
  const query = rowsQuery(state);
  const pages = useRunPages(query, first, firstQuery);
  const reachable = useChanges('runs', version, pages.refresh);
  const selection = useSelection(state, setState, pages);
  const colored = state.color === null ? undefined : findKey(keys, state.color)?.key;
  const scale = useMemo(() => {
    const column = columns.find(({ key }) => key === colored);
    return column && pages.summary ? colorScale(column, pages.summary, variants) : undefined;
  }, [columns, colored, pages.summary, variants]);
  // The column of the variant has the same marks.
  const showsItself = colored === 'variant' && shown.includes('variant');
  const { placed, width } = useColumnModel({
    columns,
    shown,
    pinned: state.pinned,
    differences: pages.baseline !== null,
    marks: scale !== undefined && !showsItself,
    groups: pages.groups !== null,
  });

  const activeRow = pages.rowAt(active);
  const moveTo = (index: number): void => {
    const next = Math.min(pages.total - 1, Math.max(0, index));
    setActive(next);
    grid.current?.scrollTo(next);
    grid.current?.focus();
  };
  const toTop = (): void => {
    setActive(-1);
    grid.current?.scrollTo(0);
  };
  const showOnly = (): void => {
    if (selection.count === 0) return;
    toTop();
    void setState({ filter: selection.filter, all: null, except: null });
  };
  const compareWith = (id: number): void => void setState({ baseline: state.baseline === id ? null : id });
  const openGroup = (group: number): void =>
    void setState(
      ({ open }) => ({
        open: open.includes(group) ? open.filter((other) => other !== group) : [...open, group],
      }),
      { history: 'replace' },
    );
  const sortBy = (key: string): void => {
    const { firstDirection } = columns.find((column) => column.key === key)!;
    // A second click on a heading reverses the order, a third restores the newest first.
    if (state.sort !== key) void setState({ sort: key, dir: firstDirection });
    else if (state.dir === firstDirection) void setState({ dir: state.dir === 'asc' ? 'desc' : 'asc' });
    else void setState({ sort: null, dir: null });
  };
  const setColumns = (next: Partial<ColumnOrder>): void =>
    void setState(
      {
        ...(next.shown && { columns: isUsual(next.shown, keys) ? null : [...next.shown] }),
        ...(next.pinned && { pinned: [...next.pinned] }),
      },
      { history: 'replace' },
    );
  const order = { shown, pinned: state.pinned };
  useShortcuts({
    j: () => moveTo(active + 1),
    k: () => moveTo(active - 1),
    x: () => activeRow && selection.toggle(active, false),
    X: () => activeRow && selection.toggle(active, true),
    a: selection.toggleAll,
    c: () => selection.comparePath !== undefined && router.push(selection.comparePath),
    o: showOnly,
    Enter: () => {
      if (!activeRow) return;
      if ('group' in activeRow) openGroup(activeRow.group);
      else router.push(`/runs/${activeRow.id}`);
    },
    b: () => activeRow && 'id' in activeRow && compareWith(activeRow.id),
    '/': () => filterInput.current?.focus(),
    '?': () => help.current?.showModal(),
  });
  const openView = (saved: string): void => {
    const view = loadTableState(new URLSearchParams(saved));
    toTop();
    void setState({
      ...Object.fromEntries(VIEW_FIELDS.map((field) => [field, view[field]])),
      open: null,
      all: null,
      except: null,
    });
  };

  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="relative flex flex-wrap items-start gap-2">
        <FilterBar
          filter={state.filter}
          keys={keys}
          problem={pages.problem}
          inputRef={filterInput}
          onFilter={(filter) => {
            toTop();
            void setState({ filter, all: null, except: null });
          }}
        />
        <ViewMenu views={views} query={viewQuery(state)} onOpen={openView} />
        <KeyMenu
          label="Group"
          explanation="Runs that agree in these keys become one row, with means and 95 % intervals."
          columns={columns}
          chosen={state.group}
          common={COMMON_GROUPS}
          isMultiple
          onChoose={(group) => {
            toTop();
            void setState({ group: [...group], open: null });
          }}
        />
        <KeyMenu
          label="Colour"
          explanation="Each row gets a mark by the value of this key."
          columns={columns}
          chosen={state.color === null ? [] : [state.color]}
          common={COMMON_COLORS}
          isMultiple={false}
          onChoose={([color = null]) => void setState({ color })}
        />
        <ColumnPanel
          columns={columns}
          shown={shown}
          pinned={state.pinned}
          onShown={(next) => (next === null ? void setState({ columns: null }) : setColumns({ shown: next }))}
          onPinned={(pinned) => setColumns({ pinned })}
        />
        <ExportRuns
          runs={pages.runs}
          groups={pages.groups}
          query={runsQuery(state)}
          groupsQuery={groupsQuery(state)}
        />
        <button type="button" className={BUTTON} aria-label="Keys" onClick={() => help.current?.showModal()}>
          ?
        </button>
      </div>
      <TableSummary
        pages={pages}
        reachable={reachable}
        scale={scale}
        onNoBaseline={() => void setState({ baseline: null })}
      />
      {pages.total === 0 && !pages.pending ? (
        <p className="rounded-md border border-line bg-surface px-4 py-10 text-center text-soft">
          {pages.problem ? 'The address of this page has a mistake.' : 'No run passes this filter.'}{' '}
          <button
            type="button"
            className="text-accent hover:underline"
            onClick={() => void setState({ filter: '', sort: null, dir: null, group: null, color: null })}
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
          onMove={(key, target, side) => setColumns(moveColumn(order, key, target, side))}
          onStep={(key, step) => setColumns(stepColumn(order, key, step))}
          onHide={(key) => shown.length > 1 && setColumns({ shown: shown.filter((other) => other !== key) })}
          selection={selection}
          scale={showsItself ? undefined : scale}
          open={state.open}
          onOpen={openGroup}
          active={active}
          onActivate={setActive}
          isCovered={selection.count > 0}
        />
      )}
      <SelectionBar
        selection={selection}
        runs={pages.runs}
        single={!selection.isAll && state.selected.length === 1 ? state.selected[0] : undefined}
        onOnly={showOnly}
        onBaseline={compareWith}
        onTagged={pages.refresh}
      />
      <ShortcutHelp ref={help} />
    </div>
  );
}

function isUsual(columns: readonly string[], keys: readonly RunKey[]): boolean {
  return columns.join() === usualColumns(keys).join();
}
