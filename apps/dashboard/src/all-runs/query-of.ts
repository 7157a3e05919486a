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
export function rowsQuery(state: TableState): string {
  const { filter, sort, dir, columns, baseline, group, open, color } = state;
  return searchOf({ filter, sort, dir, columns, baseline, group, open, color });
}

/** The same without groups: what an export has, and what a range of rows is counted in. */
export function runsQuery({ filter, sort, dir, columns }: TableState): string {
  return searchOf({ filter, sort, dir, columns });
}

/** What decides the groups: what an export of them has. */
export function groupsQuery({ filter, sort, dir, columns, group }: TableState): string {
  return searchOf({ filter, sort, dir, columns, group });
}

/** The address of the table with these choices. */
export function tablePath(state: Partial<TableState>): string {
  return `/runs${serialize(state)}`;
}
