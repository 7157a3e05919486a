import { integer } from '@sae-lab/measures';
import type { CompareRow } from './compare-row.ts';

/** What every caption states: which runs, how many of them, and the commits that trained them. */
export interface Provenance {
  /** E.g. `Sweep “width”` or `Runs 1-12`. */
  readonly selection: string;
  readonly hook: string | undefined;
  readonly width: number | undefined;
  /** Brushes in words, e.g. `L0 from 4 to 32`. */
  readonly brushed: readonly string[];
}

const MOST_COMMITS = 3;

export function captionOf(
  what: string,
  rows: readonly Pick<CompareRow, 'commit'>[],
  { selection, hook, width, brushed }: Provenance,
): string {
  const filters = [
    selection,
    hook === undefined ? undefined : `hook ${hook}`,
    width === undefined ? undefined : `width ${width}`,
    ...brushed,
  ].filter((part) => part !== undefined);
  return `${what} ${filters.join(', ')}; n = ${integer(rows.length)} ${rows.length === 1 ? 'run' : 'runs'}; ${commitsText(rows)}.`;
}

function commitsText(rows: readonly Pick<CompareRow, 'commit'>[]): string {
  const commits = [...new Set(rows.flatMap(({ commit }) => commit ?? []))];
  if (commits.length === 0) return 'commit unknown';
  const shown = commits.slice(0, MOST_COMMITS).join(', ');
  const more = commits.length > MOST_COMMITS ? ` and ${commits.length - MOST_COMMITS} more` : '';
  return `${commits.length === 1 ? 'commit' : 'commits'} ${shown}${more}`;
}
