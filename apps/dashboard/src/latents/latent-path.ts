import type { SaeSubject } from '@sae-lab/db/reading';
import { subjectPath } from '../saes/subject.ts';
import { listQuery, type ListState } from './list/list-state.ts';

/** The choices that decide the order of the latents: pages of single latents keep them, for next and previous. */
const KEPT = ['filter', 'q', 'in', 'from', 'to', 'only', 'sort', 'dir', 'of'] as const;

/** The address of the page of a latent. */
export function latentPath(subject: SaeSubject, latent: number, state?: Partial<ListState>): string {
  return `${subjectPath(subject)}/latents/${latent}${keptQuery(state)}`;
}

/** The address of the list of the latents of an SAE. */
export function latentsPath(subject: SaeSubject, state?: Partial<ListState>): string {
  return `${subjectPath(subject)}/latents${keptQuery(state)}`;
}

function keptQuery(state: Partial<ListState> | undefined): string {
  return state === undefined ? '' : listQuery(Object.fromEntries(KEPT.map((key) => [key, state[key]])));
}
