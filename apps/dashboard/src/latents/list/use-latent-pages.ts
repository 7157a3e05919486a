import type { LatentCounts, LatentCursor } from '@sae-lab/db/reading';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PageProblem } from '../../all-runs/load-page.ts';
import { readAnswer } from '../../requests/read-answer.ts';
import type { LatentItem, LatentPage } from './load-list.ts';
import { PAGE_ROWS } from './list-state.ts';

const RETRY_MS = 3000;

interface Pages {
  /** The address that the pages come from. */
  readonly query: string;
  readonly counts: LatentCounts | undefined;
  /** Pages that were read, by number. */
  readonly pages: ReadonlyMap<number, LatentPage>;
  readonly problem: PageProblem | undefined;
}

export interface LatentPages extends Omit<Pages, 'pages'> {
  /** Latents that pass the filters. */
  readonly total: number;
  /** Whether other rows are being read. */
  readonly pending: boolean;
  readonly rowAt: (index: number) => LatentItem | undefined;
  /** Reads the pages of these rows unless they are there. */
  readonly need: (first: number, last: number) => void;
}

/**
 * The pages of the list that were scrolled to. A page continues at the end of the nearest one before it, so the server counts
 * no rows that the browser has.
 *
 * @param path of the list
 * @param query the search part of the address that decides the rows
 * @param first the page that the server rendered
 */
export function useLatentPages(
  path: string,
  query: string,
  first: LatentPage | { problem: PageProblem },
): LatentPages {
  const [state, setState] = useState<Pages>(() => withPage(emptyPages(query), query, 0, first));
  const latest = useRef({ query, state });
  useEffect(() => {
    latest.current = { query, state };
  });
  const reading = useRef(new Set<string>());
  const read = useRef<(wanted: string, number: number) => void>(undefined);
  const load = useCallback(
    async (wanted: string, number: number): Promise<void> => {
      const key = `${number} ${wanted}`;
      if (reading.current.has(key)) return;
      reading.current.add(key);
      const known = latest.current.state;
      const page = await fetchPage(path, wanted, number, known.query === wanted ? known.pages : new Map());
      reading.current.delete(key);
      // Another query was asked for in the meantime.
      if (latest.current.query !== wanted) return;
      if (page === undefined) setTimeout(() => read.current?.(wanted, number), RETRY_MS);
      else setState((before) => withPage(before, wanted, number, page));
    },
    [path],
  );
  useEffect(() => {
    read.current = (wanted, number) => void load(wanted, number);
  }, [load]);
  useEffect(() => {
    if (latest.current.state.query !== query) void load(query, 0);
  }, [query, load]);
  const need = useCallback(
    (from: number, until: number) => {
      const { query: wanted, state: now } = latest.current;
      if (now.query !== wanted || now.problem) return;
      const last = Math.floor(Math.max(0, until) / PAGE_ROWS);
      for (let number = Math.floor(Math.max(0, from) / PAGE_ROWS); number <= last; number++) {
        if (!now.pages.has(number)) void load(wanted, number);
      }
    },
    [load],
  );
  return {
    ...state,
    total: state.counts?.matching ?? 0,
    pending: state.query !== query,
    rowAt: (index) => state.pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS],
    need,
  };
}

function emptyPages(query: string): Pages {
  return { query, counts: undefined, pages: new Map(), problem: undefined };
}

function withPage(
  before: Pages,
  query: string,
  number: number,
  page: LatentPage | { problem: PageProblem },
): Pages {
  // The old rows stay until the filter can be read.
  if ('problem' in page) return { ...before, query, problem: page.problem };
  const others = before.query === query ? before.pages : [];
  return {
    query,
    counts: page.counts ?? before.counts,
    pages: new Map([...others, [number, page]]),
    problem: undefined,
  };
}

/** Undefined if the dashboard does not answer. */
async function fetchPage(
  path: string,
  query: string,
  number: number,
  known: ReadonlyMap<number, LatentPage>,
): Promise<LatentPage | { problem: PageProblem } | undefined> {
  const search = new URLSearchParams(query);
  const { after, skip } = startOf(number, known);
  if (after !== undefined) search.set('after', JSON.stringify(after));
  if (skip > 0) search.set('skip', String(skip));
  try {
    const answer = await fetch(`${path}?${search}`, { cache: 'no-store' });
    return await readAnswer<LatentPage | { problem: PageProblem }>(answer);
  } catch {
    return undefined;
  }
}

/** The end of the nearest full page before this one, and how many rows are between the two. */
function startOf(
  number: number,
  known: ReadonlyMap<number, LatentPage>,
): { readonly after?: LatentCursor; readonly skip: number } {
  for (let before = number - 1; before >= 0; before--) {
    const page = known.get(before);
    if (page?.end !== undefined && page.rows.length === PAGE_ROWS)
      return { after: page.end, skip: (number - before - 1) * PAGE_ROWS };
  }
  return { skip: number * PAGE_ROWS };
}
