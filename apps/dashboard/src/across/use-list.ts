import type { MatchCursor, SaeSubject } from '@sae-lab/db/reading';
import { useCallback, useEffect, useRef, useState } from 'react';
import { subjectSegment } from '../saes/subject.ts';
import { readAnswer } from '../requests/read-answer.ts';
import type { ListPage, ListRow } from './load-list.ts';
import type { PairList } from './pair-lists.ts';

export interface PairQuery {
  readonly a: SaeSubject;
  readonly b: SaeSubject;
  readonly list: PairList;
  readonly threshold: number;
}

export interface ListState {
  /** The address of the list that is shown. */
  readonly query: string;
  readonly rows: readonly ListRow[];
  readonly next: MatchCursor | null;
  readonly counts: ListPage['counts'];
  readonly problem: string | undefined;
}

/** The address of a list, without a cursor. */
export function listPath({ a, b, list, threshold }: PairQuery): string {
  const search = new URLSearchParams({
    a: subjectSegment(a),
    b: subjectSegment(b),
    list,
    threshold: String(threshold),
  });
  return `/api/compare/saes?${search.toString()}`;
}

export async function fetchPage(path: string): Promise<ListPage> {
  const response = await fetch(path, { cache: 'no-store' });
  const body = await readAnswer<ListPage | { problem: { message: string } }>(response);
  if (body === undefined) throw new Error(`the dashboard answered ${response.status}`);
  if ('problem' in body) throw new Error(body.problem.message);
  return body;
}

/** The rows of a list that were scrolled to. Another list keeps the old rows until its first page is there. */
export function useList(asked: PairQuery): {
  state: ListState | undefined;
  pending: boolean;
  more: () => void;
} {
  const path = listPath(asked);
  const [state, setState] = useState<ListState>();
  const reading = useRef<string>(undefined);
  const wanted = useRef(path);
  useEffect(() => {
    wanted.current = path;
  });

  const [read] = useState(() => async (query: string, before: ListState | undefined): Promise<void> => {
    const cursor = before?.next;
    const address = cursor ? `${query}&after=${cursor.key},${cursor.latent}` : query;
    if (reading.current === address) return;
    reading.current = address;
    try {
      const page = await fetchPage(address);
      if (wanted.current !== query) return;
      setState({
        query,
        rows: [...(before?.rows ?? []), ...page.rows],
        next: page.next,
        counts: page.counts ?? before?.counts,
        problem: undefined,
      });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (wanted.current === query) {
        setState({ query, rows: before?.rows ?? [], next: null, counts: before?.counts, problem });
      }
    } finally {
      if (reading.current === address) reading.current = undefined;
    }
  });

  useEffect(() => void read(path, undefined), [path, read]);
  const more = useCallback(() => {
    if (state?.query === path && state.next !== null) void read(path, state);
  }, [path, read, state]);
  return { state, pending: state?.query !== path, more };
}
