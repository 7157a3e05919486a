import { createSerializer } from 'nuqs/server';
import { tableState, VIEW_FIELDS, type TableState } from './table-state.ts';

const serialize = createSerializer(tableState);

/** The search part of an address with these choices, without `?`. */
function searchOf(state: Partial<TableState>): string {
  return serialize(state).replace(/^\?/, '');
}

/** What a saved view keeps. */
export function viewQuery(state: TableState): string {
  return searchOf(Object.fromEntries(VIEW_FIELDS.map((field) => [field, state[field]])));
}

/** What decides the rows and their values. */
export function rowsQuery({ filter, sort, dir, columns, baseline }: TableState): string {
  return searchOf({ filter, sort, dir, columns, baseline });
}
