import 'server-only';
import { parseFilter } from '@sae-lab/db/filter';
import { runsAfter, runTableKeys, type Db, type RunCell, type StoredKey } from '@sae-lab/db/reading';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import { usualColumns } from '../../all-runs/table-columns.ts';
import { LARGEST_INTEGER } from '../parameters.ts';
import { MOST_COLUMNS, type listRuns } from '../endpoints/runs.ts';
import { readCursor, writeCursor } from '../server/cursor.ts';
import { problemResponse } from '../server/problem-response.ts';
import { sentNumber } from '../values.ts';
import { sentKey } from './keys.ts';

type Query = z.infer<(typeof listRuns)['query']>;

const place = z.strictObject({
  values: z.array(z.string().nullable()).max(2),
  id: z.int().min(1).max(LARGEST_INTEGER),
});

/**
 * A page of runs.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`, `api.invalid-cursor`, `api.invalid-parameter`
 */
export async function runsAnswer(db: Db, { filter: text, sort, dir, columns, limit, cursor }: Query) {
  const filter = parseFilter(text);
  if (filter.problem) return problemResponse(filter.problem.error, { span: filter.problem.span });
  const request = [text, sort, dir];
  const after = readCursor(cursor, place, request);
  const keys = await runTableKeys(db);
  const shown = columnsOf(keys, columns);
  const { rows, next } = await runsAfter(db, {
    keys,
    filter: filter.value,
    order: sort === undefined ? undefined : { key: sort, direction: dir },
    columns: ['hash', ...shown.map(({ key }) => key)],
    after,
    limit,
  });
  return {
    columns: shown.map(sentKey),
    runs: rows.map(({ id, cells: [hash, ...cells] }) => ({
      id,
      hash: hash as string,
      ...Object.fromEntries(shown.map(({ key, type }, index) => [key, sentCell(type, cells[index] ?? null)])),
    })),
    next: next && writeCursor(next, request),
  };
}

function columnsOf(keys: readonly StoredKey[], asked: readonly string[] | undefined): StoredKey[] {
  const all = asked?.length === 1 && asked[0] === 'all';
  const wanted = all ? keys.map(({ key }) => key) : (asked ?? usualColumns(keys));
  const names = new Set(wanted.slice(0, all ? MOST_COLUMNS : undefined));
  const shown = [...names].map((name) => {
    const found = keys.find(({ key }) => key === name || key === `hyper.${name}`);
    if (found !== undefined) return found;
    throw new SaeLabError('filter.unknown-key', {
      problem: 'no run has this key',
      field: 'columns',
      expected: expectedName(
        name,
        keys.map(({ key }) => key),
      ),
      received: name,
    });
  });
  return [...new Set(shown)];
}

function sentCell(type: StoredKey['type'], value: RunCell) {
  if (typeof value !== 'number') return value as string | boolean | unknown[] | null;
  return type === 'time' ? new Date(value).toISOString() : sentNumber(value);
}

/** What runs can be filtered, sorted and listed by. */
export async function keysAnswer(db: Db) {
  return { keys: (await runTableKeys(db)).map(sentKey) };
}
