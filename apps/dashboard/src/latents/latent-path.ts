import { listQuery, type ListState } from './list/list-state.ts';

/** The choices that decide the order of the latents: pages of single latents keep them, for next and previous. */
const KEPT = ['filter', 'q', 'in', 'from', 'to', 'only', 'sort', 'dir', 'of'] as const;

/** The address of the page of a latent. */
export function latentPath(runId: number, latent: number, state?: Partial<ListState>): string {
  return `/runs/${runId}/latents/${latent}${keptQuery(state)}`;
}

/** The address of the list of a run's latents. */
export function latentsPath(runId: number, state?: Partial<ListState>): string {
  return `/runs/${runId}/latents${keptQuery(state)}`;
}

function keptQuery(state: Partial<ListState> | undefined): string {
  return state === undefined ? '' : listQuery(Object.fromEntries(KEPT.map((key) => [key, state[key]])));
}
