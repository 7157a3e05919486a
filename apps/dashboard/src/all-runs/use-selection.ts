import type { UseQueryStatesReturn } from 'nuqs';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { idFilter, selectionText } from '../compare/selection.ts';
import { runsQuery } from './query-of.ts';
import { MOST_SELECTED, type tableState } from './table-state.ts';
import type { LoadedRow, RunPages } from './use-run-pages.ts';

type State = UseQueryStatesReturn<typeof tableState>;

/** The selected runs: a list of them, or all that pass the filter but for a few. */
export interface Selection {
  readonly count: number;
  readonly isAll: boolean;
  readonly has: (id: number) => boolean;
  /** A filter that exactly the selected runs pass. */
  readonly filter: string;
  /** The address of the page that compares them; undefined if there are too few or too many. */
  readonly comparePath: string | undefined;
  /** Selects or deselects the run or the group at a row; with `toHere`, all rows since the last one that was toggled. */
  readonly toggle: (index: number, toHere: boolean) => void;
  readonly toggleRun: (id: number) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
  /** What went wrong while a range was read. */
  readonly problem: string | undefined;
}

export function useSelection(state: State[0], setState: State[1], pages: RunPages): Selection {
  const { selected, all, except, filter } = state;
  const ids = useMemo(() => new Set(all ? except : selected), [all, except, selected]);
  const count = all ? pages.runs - ids.size : ids.size;
  const [problem, setProblem] = useState<string>();
  const anchor = useRef<number>(undefined);

  const change = useCallback(
    (changed: readonly number[], isOn: boolean) =>
      void setState(
        (before) => {
          const list = new Set(before.all ? before.except : before.selected);
          // In a list of exceptions, a selected run is absent.
          for (const id of changed) {
            if (isOn === before.all) list.delete(id);
            else list.add(id);
          }
          const next = [...list].slice(0, MOST_SELECTED);
          return before.all ? { except: next } : { selected: next };
        },
        { history: 'replace' },
      ),
    [setState],
  );
  const has = useCallback((id: number) => ids.has(id) !== all, [ids, all]);

  const latest = useRef({ state, pages, has });
  useEffect(() => {
    latest.current = { state, pages, has };
  });
  const toggle = useCallback(
    (index: number, toHere: boolean) => {
      const { pages: now, state: choices, has: isOn } = latest.current;
      const from = anchor.current;
      anchor.current = index;
      setProblem(undefined);
      if (!toHere || from === undefined) {
        const members = membersOf(now.rowAt(index));
        change(members, !members.every(isOn));
        return;
      }
      const [first, last] = [Math.min(from, index), Math.max(from, index)];
      const loaded = Array.from({ length: last - first + 1 }, (_, step) => now.rowAt(first + step));
      if (now.groups !== null || loaded.every((row) => row !== undefined)) {
        change(loaded.flatMap(membersOf), true);
        return;
      }
      const readRange = async (): Promise<void> => {
        const found = await idsOf(runsQuery(choices), first, Math.min(last - first + 1, MOST_SELECTED));
        if (found) change(found, true);
        else setProblem('The dashboard does not answer. Select the range again.');
      };
      void readRange();
    },
    [change],
  );

  const whole = filter === '' ? 'id > 0' : filter;
  const listed = idFilter([...ids]);
  const asFilter = !all ? listed : ids.size === 0 ? whole : `(${whole}) and not ${listed}`;
  return {
    count,
    isAll: all,
    has,
    filter: asFilter,
    comparePath:
      count < 2 || count > MOST_SELECTED
        ? undefined
        : all
          ? `/compare?filter=${encodeURIComponent(asFilter)}`
          : `/compare?runs=${selectionText([...ids])}`,
    toggle,
    toggleRun: (id) => change([id], !has(id)),
    toggleAll: () =>
      void setState({ all: all && ids.size === 0 ? null : true, except: null, selected: null }),
    clear: () => void setState({ all: null, except: null, selected: null }),
    problem,
  };
}

function membersOf(row: LoadedRow | undefined): readonly number[] {
  if (row === undefined) return [];
  return 'group' in row ? (row.members ?? []) : [row.id];
}

/** Undefined if the dashboard does not answer. */
async function idsOf(query: string, offset: number, limit: number): Promise<number[] | undefined> {
  try {
    const separator = query === '' ? '' : '&';
    const answer = await fetch(`/api/runs/ids?${query}${separator}offset=${offset}&limit=${limit}`);
    const found: unknown = await answer.json();
    return Array.isArray(found) ? found.map(Number) : undefined;
  } catch {
    return undefined;
  }
}
