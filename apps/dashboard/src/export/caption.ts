import { integer } from '@sae-lab/measures';

const MOST_COMMITS = 3;

/**
 * What every caption states: what is shown, which runs, how many of them, and the commits that trained them.
 *
 * @param what a sentence; empty where the runs themselves are shown
 * @param selected the selection and its filters, e.g. `Sweep “width”`, `hook embeddings`
 */
export function captionOf(
  what: string,
  runs: readonly { readonly commit: string | null }[],
  selected: readonly string[],
): string {
  const commits = [...new Set(runs.flatMap(({ commit }) => commit ?? []))];
  const stated = `${selected.join(', ')}; ${countText(runs.length, 'run')}; ${commitsText(commits)}.`;
  return what === '' ? stated : `${what} ${stated}`;
}

/** E.g. `n = 12 runs`. */
export function countText(count: number, noun: string): string {
  return `n = ${integer(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param more number of further commits */
export function commitsText(commits: readonly string[], more = 0): string {
  const count = commits.length + more;
  if (count === 0) return 'commit unknown';
  const shown = commits.slice(0, MOST_COMMITS);
  const rest = count > shown.length ? ` and ${count - shown.length} more` : '';
  return `${count === 1 ? 'commit' : 'commits'} ${shown.join(', ')}${rest}`;
}
