import { integer } from '@sae-lab/measures';

const MOST_COMMITS = 3;

/** What every caption states: what is selected, the number of runs and the commits that trained them. */
export function captionOf(
  selection: string,
  filters: readonly string[],
  runs: readonly { readonly commit: string | null }[],
): string {
  return `${[selection, ...filters].join(', ')}; n = ${integer(runs.length)} runs; ${commitsText([
    ...new Set(runs.flatMap(({ commit }) => commit ?? [])),
  ])}.`;
}

/** @param more number of further commits */
export function commitsText(commits: readonly string[], more = 0): string {
  const count = commits.length + more;
  if (count === 0) return 'commit unknown';
  const shown = commits.slice(0, MOST_COMMITS);
  const rest = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `${count === 1 ? 'commit' : 'commits'} ${shown.join(', ')}${rest}`;
}
