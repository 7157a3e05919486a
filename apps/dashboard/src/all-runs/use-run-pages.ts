import type { GroupCell, KeySummary, RunCell, RunTableRow } from '@sae-lab/db/reading';
import { useCallback, useEffect, useRef, useState } from 'react';
import { parseSelection } from '../compare/selection.ts';
import { readAnswer } from '../requests/read-answer.ts';
import type { LoadedPage, PageProblem, SentGroup } from './load-page.ts';
import { PAGE_ROWS } from './table-state.ts';

const RETRY_MS = 3000;

/** A run with its values by column. */
export interface LoadedRun {
  readonly id: number;
  readonly values: Readonly<Record<string, RunCell>>;
}

/** Runs that agree in the keys that the reader groups by. */
interface LoadedGroup {
  /** The smallest id of its runs. */
  readonly group: number;
  /** Number of its runs. */
  readonly size: number;
  /** Null if there are too many to select. */
  readonly members: readonly number[] | null;
  readonly values: Readonly<Record<string, GroupCell>>;
}

export type LoadedRow = LoadedRun | LoadedGroup;

interface Loaded {
  /** The address that the pages come from. */
  readonly query: string;
  /** Rows: runs, or groups and the members of open ones. */
  readonly total: number;
  readonly runs: number;
  /** Null while runs are not grouped. */
  readonly groups: number | null;
  /** Of the key that decides the colours. */
  readonly summary: KeySummary | null;
  /** Pages that were read, by number. */
  readonly pages: ReadonlyMap<number, readonly LoadedRow[]>;
  readonly baseline: LoadedRun | null;
  readonly problem: PageProblem | undefined;
}

export interface RunPages extends Loaded {
  /** Whether another query is being read, so that what is shown is about to change. */
  readonly pending: boolean;
  readonly rowAt: (index: number) => LoadedRow | undefined;
  /** Reads the pages of these rows unless they are there. */
  readonly need: (first: number, last: number) => void;
  /** Reads the pages on the screen again, after the data changed. */
  readonly refresh: () => Promise<void>;
}

/**
 * The pages of the table that were scrolled to. A new query keeps the old rows until the first of its pages on the screen is
 * there.
 *
 * @param query the search part of the address that decides the rows
 * @param first the page that the server rendered
 * @param firstQuery what it was rendered for: after a step back in the history, the browser has a page for another query
 */
export function useRunPages(
  query: string,
  first: LoadedPage | { problem: PageProblem },
  firstQuery: string,
): RunPages {
  const [loaded, setLoaded] = useState<Loaded>(() => startOf(firstQuery, first));
  const shown = useRef({ first: 0, last: 0 });
  const reading = useRef(new Map<string, Promise<void>>());
  const latest = useRef({ query, loaded });
  useEffect(() => {
    latest.current = { query, loaded };
  });

  const [readPage] = useState(() => {
    const readOnce = async (wanted: string, number: number): Promise<void> => {
      const page = await fetchPage(wanted, number);
      reading.current.delete(`${number} ${wanted}`);
      // Another query was asked for in the meantime.
      if (latest.current.query !== wanted) return;
      if (page === undefined) setTimeout(() => void read(wanted, number), RETRY_MS);
      else setLoaded((before) => withPage(before, wanted, number, page));
    };
    const read = async (wanted: string, number: number): Promise<void> => {
      const key = `${number} ${wanted}`;
      const running = reading.current.get(key) ?? readOnce(wanted, number);
      reading.current.set(key, running);
      await running;
    };
    return read;
  });

  useEffect(() => {
    if (latest.current.loaded.query === query) return;
    // A reader who opens a group stays where they are; one who filters is taken to the first row.
    const visible = pagesOf(shown.current.first, shown.current.last);
    for (const number of new Set([0, ...visible])) void readPage(query, number);
  }, [query, readPage]);

  const need = useCallback(
    (from: number, until: number) => {
      shown.current = { first: from, last: until };
      const { query: wanted, loaded: now } = latest.current;
      if (now.query !== wanted) return;
      for (const number of pagesOf(from, until)) {
        if (!now.pages.has(number)) void readPage(wanted, number);
      }
    },
    [readPage],
  );
  const refresh = useCallback(async () => {
    const { query: wanted, loaded: now } = latest.current;
    if (now.problem) return;
    const visible = pagesOf(shown.current.first, shown.current.last);
    await Promise.all(visible.map((number) => readPage(wanted, number)));
    // The others are read again once they are scrolled to.
    setLoaded((before) =>
      before.query === wanted
        ? { ...before, pages: new Map([...before.pages].filter(([number]) => visible.includes(number))) }
        : before,
    );
  }, [readPage]);

  return {
    ...loaded,
    pending: loaded.query !== query,
    rowAt: (index) => loaded.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    need,
    refresh,
  };
}

const pagesOf = (first: number, last: number): number[] => {
  const start = Math.floor(Math.max(0, first) / PAGE_ROWS);
  return Array.from(
    { length: Math.floor(Math.max(0, last) / PAGE_ROWS) - start + 1 },
    (_, index) => start + index,
  );
};

const NOTHING: Loaded = {
  query: '',
  total: 0,
  runs: 0,
  groups: null,
  summary: null,
  pages: new Map(),
  baseline: null,
  problem: undefined,
};

function startOf(query: string, first: LoadedPage | { problem: PageProblem }): Loaded {
  if ('problem' in first) return { ...NOTHING, query, problem: first.problem };
  return withPage(NOTHING, query, 0, first);
}

function withPage(
  before: Loaded,
  query: string,
  number: number,
  page: LoadedPage | { problem: PageProblem },
): Loaded {
  if ('problem' in page) {
    const { pages, total, runs, groups } = before;
    return { ...startOf(query, page), pages, total, runs, groups };
  }
  const others = before.query === query ? before.pages : [];
  const named = <Cell>(cells: readonly Cell[]): Record<string, Cell | null> =>
    Object.fromEntries(page.columns.map((column, index) => [column, cells[index] ?? null]));
  const loadedRun = ({ id, cells }: RunTableRow): LoadedRun => ({ id, values: named<RunCell>(cells) });
  const loadedRow = (row: RunTableRow | SentGroup): LoadedRow => {
    if (!('group' in row)) return loadedRun(row);
    const { cells, members, ...group } = row;
    return {
      ...group,
      members: members === null ? null : parseSelection(members).ids,
      values: named<GroupCell>(cells),
    };
  };
  const { total, runs, groups, summary } = page;
  return {
    query,
    total,
    runs,
    groups,
    summary,
    pages: new Map([...others, [number, page.rows.map(loadedRow)]]),
    baseline: page.baseline && loadedRun(page.baseline),
    problem: undefined,
  };
}

/** Undefined if the dashboard does not answer. */
async function fetchPage(
  query: string,
  number: number,
): Promise<LoadedPage | { problem: PageProblem } | undefined> {
  try {
    const separator = query === '' ? '' : '&';
    const answer = await fetch(`/api/runs?${query}${separator}offset=${number * PAGE_ROWS}`, {
      cache: 'no-store',
    });
    return await readAnswer<LoadedPage | { problem: PageProblem }>(answer);
  } catch {
    return undefined;
  }
}
