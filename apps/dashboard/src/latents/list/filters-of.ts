import { asValue, parseFilter, type Expression, type FilterProblem } from '@sae-lab/db/filter';
import type { ListState } from './list-state.ts';

const ONLY: Readonly<Record<NonNullable<ListState['only']>, string>> = {
  alive: 'density > 0',
  dead: 'density = 0',
  labelled: 'label is not missing',
  unlabelled: 'label is missing',
  noted: 'note is not missing',
};

/** The text has the tokens, too. */
const ALL = ['text', 'label', 'note'];

/** The conditions of the controls and the typed filter; a latent must pass all of them. */
export function filtersOf(state: Pick<ListState, 'filter' | 'q' | 'in' | 'from' | 'to' | 'only'>): {
  readonly filters: readonly Expression[];
  readonly problem?: FilterProblem;
} {
  const { filter, q, from, to, only } = state;
  const parsed = parseFilter(filter);
  const searched = state.in === 'any' ? ALL : [state.in];
  const texts = [
    q === '' ? '' : searched.map((key) => `${key} ~ ${quoted(q)}`).join(' or '),
    from === null ? '' : `density >= ${from}`,
    to === null ? '' : `density < ${to}`,
    only === null ? '' : ONLY[only],
  ];
  const filters = texts.flatMap((text) => {
    const own = parseFilter(text);
    return own.problem ? [] : (own.value ?? []);
  });
  if (parsed.problem) return { filters, problem: parsed.problem };
  return { filters: parsed.value === undefined ? filters : [parsed.value, ...filters] };
}

/** A search for a number or a keyword is one for its text. */
function quoted(text: string): string {
  const value = asValue(text);
  return value.startsWith('"') ? value : `"${value}"`;
}
