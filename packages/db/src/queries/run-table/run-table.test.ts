// cspell:ignore finishd עברית
import { inArray } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { OPERATORS, type Expression, type Operator } from '../../filter/expression.ts';
import { parseFilter } from '../../filter/parse.ts';
import { runs, sweepRuns } from '../../schema/index.ts';
import { newRun } from '../../testing/sample-rows.ts';
import { useTestDatabase } from '../../testing/use-test-database.ts';
import { enqueueRuns } from '../enqueue-runs.ts';
import { beginEvaluation, finishEvaluation } from '../evaluations.ts';
import { saveResult } from '../results.ts';
import { startRun } from '../run-lifecycle.ts';
import { tagRuns, untagRuns } from '../run-tags.ts';
import { upsertSweep } from '../sweeps.ts';
import { upsertVariant } from '../variants.ts';
import { runKeyValues } from './key-values.ts';
import { runTableKeys } from './run-table-keys.ts';
import type { RunOrder } from './run-order.ts';
import { runsAfter, type RunPosition } from './run-keyset.ts';
import { runTable, type RunCell, type RunTableRow } from './run-table.ts';

const server = useTestDatabase();

const NAMES = ['plain', 'it\'s "quoted"', '🧪 emoji', 'עברית', "'; drop table runs; --", 'x'.repeat(300)];

/** Twelve runs; every third has no figures, one figure is NaN. */
const SAMPLES = Array.from({ length: 12 }, (_, index) => ({
  variant: index % 2 === 0 ? 'topk' : 'relu-l1',
  hyper: index % 2 === 0 ? { k: 8 * (1 + index), note: 'eight' } : { l1: index / 10, note: null },
  hook: `blocks.${index % 4}.hook_mlp_out`,
  width: 64 * (1 + (index % 3)),
  seed: index,
  config: { training: { learningRate: index < 6 ? 3e-4 : 'auto', schedule: [1, 2] }, hyper: { k: 1 } },
  figures: index % 3 === 2 ? undefined : { l0: index === 4 ? Number.NaN : 10 * index, mse: 1 / (1 + index) },
  sweep: NAMES[index % NAMES.length]!,
}));

beforeAll(async () => {
  const { db } = server;
  await upsertVariant(db, {
    name: 'topk',
    mathVersion: 1,
    packageName: '',
    packageVersion: '',
    paper: '',
    sparsity: 'k',
    hyperSchema: {},
    curves: {},
  });
  for (const { sweep, figures, ...given } of SAMPLES) {
    const { id } = await upsertSweep(db, {
      name: sweep,
      definitionHash: sweep,
      definition: {},
      file: 'f',
      source: '',
    });
    const [run] = await enqueueRuns(db, id, [newRun(given)]);
    if (figures === undefined) continue;
    const attempt = (await startRun(db, run!.id, { provenance: { commit: 'abc' }, totalSteps: 10 }))!;
    const result = { histograms: [], artifacts: [], seconds: 1, finalStep: 10 };
    await saveResult(db, { runId: run!.id, attempt, figures, ...result });
  }
  // Run 1 was evaluated twice with the same version: more tokens count. Run 2 once, by a newer version on few.
  for (const [runId, version, tokens, value] of [
    [1, 1, 500, 0.9],
    [1, 1, 100, 0.1],
    [2, 1, 500, 0.3],
    [2, 2, 10, 0.4],
  ] as const) {
    const identity = { runId, name: 'ce', version, dataId: String(tokens), settingsHash: 's' };
    const evaluationId = await beginEvaluation(db, {
      ...identity,
      activationsId: null,
      settings: {},
      provenance: {},
    });
    await finishEvaluation(db, evaluationId, {
      figures: { ce_recovered: { value, low: null, high: null } },
      histograms: [],
      tokens,
      documents: 1,
      seconds: 1,
    });
  }
});

async function found(text: string, order?: RunOrder, columns: string[] = []) {
  const filter = parseFilter(text);
  if (filter.problem) throw filter.problem.error;
  const keys = await runTableKeys(server.db);
  return runTable(server.db, { keys, filter: filter.value, order, columns, offset: 0, limit: 100 });
}

/** Without an order, the newest run first: what a filter finds does not depend on the usual order. */
const idsOf = async (text: string, order?: RunOrder): Promise<number[]> => {
  const ids = (await found(text, order)).rows.map(({ id }) => id);
  return order === undefined ? ids.toSorted((a, b) => b - a) : ids;
};

test('lists fields, figures of runs and evaluations, and settings', async () => {
  const keys = await runTableKeys(server.db);
  const kinds = Object.groupBy(keys, ({ kind }) => kind);
  expect(kinds.figure?.map(({ key }) => key)).toEqual(['ce_recovered', 'l0', 'mse']);
  expect(kinds.setting?.map(({ key }) => key)).toEqual([
    'hyper.k',
    'hyper.l1',
    'hyper.note',
    'training.learningRate',
    'training.schedule',
  ]);
});

test.each([
  ['', [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ['variant = topk and l0 < 40', [1]],
  ['variant = topk and not l0 < 40', [11, 9, 7, 5, 3]],
  ['l0 >= 0', [11, 10, 8, 7, 4, 2, 1]],
  ['l0 is missing', [12, 9, 6, 5, 3]],
  ['k in (8, 24) or l1 = 0.1', [3, 2, 1]],
  ['hyper.k <= 24', [3, 1]],
  ['coefficient > 70', [11, 9]],
  ['note = eight', [11, 9, 7, 5, 3, 1]],
  ['note != "EIGHT" and seed < 4', [4, 3, 2, 1]],
  ['note ~ "EIGHT" and seed < 4', [3, 1]],
  ['training.learningRate = 3e-4 and width = 64', [4, 1]],
  ['training.learningRate = auto', [12, 11, 10, 9, 8, 7]],
  ['training.learningRate < 1', [6, 5, 4, 3, 2, 1]],
  ['hook ~ "BLOCKS.3"', [12, 8, 4]],
  ['status = finished and seed > 8', [11, 10]],
  ['status = queued', [12, 9, 6, 3]],
  [`sweep = "it's \\"quoted\\""`, [8, 2]],
  ['sweep = "🧪 emoji"', [9, 3]],
  [`sweep = "'; drop table runs; --"`, [11, 5]],
  ['sweep != plain and seed < 3', [3, 2]],
  ['finished > 2020-01-01 and seed < 2', [2, 1]],
  ['finished = 2020-01-01', []],
  ['queued is not missing and id in (3)', [3]],
  ['ce_recovered = 0.9 or ce_recovered = 0.4', [2, 1]],
  ['ce_recovered < 0.4', []],
  ['commit = abc and seed <= 1', [2, 1]],
])('%s finds %j', async (text, expected) => {
  expect(await idsOf(text)).toEqual(expected);
});

test.each([
  ['lo < 40', 'filter.unknown-key', 1, 'the nearest being l0'],
  ['seed = 1 and training.learningRat = 3', 'filter.unknown-key', 14, 'training.learningRate'],
  ['l0 < many', 'filter.bad-value', 6, 'a number'],
  ['l0 < "40"', 'filter.bad-value', 6, 'a number'],
  ['l0 ~ 4', 'filter.bad-value', 1, 'contains no text'],
  ['status = finishd', 'filter.bad-value', 10, 'finished'],
  ['queued > yesterday', 'filter.bad-value', 10, 'a date'],
  ['queued in (2026-11-29, 2026-13-01)', 'filter.bad-value', 24, 'a date'],
])('%s is refused', async (text, code, character, message) => {
  await expect(idsOf(text)).rejects.toMatchObject({
    code,
    details: { field: `filter, character ${character}` },
    message: expect.stringContaining(message) as string,
  });
});

test('sorts by any key, with missing values last and the newest sweep first among equals', async () => {
  const by = (key: string, direction: 'asc' | 'desc') => idsOf('seed < 6', { key, direction });
  expect(await by('l0', 'asc')).toEqual([1, 2, 4, 6, 5, 3]);
  expect(await by('l0', 'desc')).toEqual([4, 2, 1, 6, 5, 3]);
  expect(await by('width', 'asc')).toEqual([4, 1, 5, 2, 6, 3]);
  expect(await by('k', 'desc')).toEqual([5, 3, 1, 6, 4, 2]);
  expect(await by('training.learningRate', 'asc')).toEqual([6, 5, 4, 3, 2, 1]);
  expect(await idsOf('seed >= 4 and seed < 8', { key: 'training.learningRate', direction: 'asc' })).toEqual([
    6, 5, 8, 7,
  ]);
  expect(await by('sweep', 'asc')).toEqual([5, 2, 1, 6, 4, 3]);
  expect(await by('ce_recovered', 'desc')).toEqual([1, 2, 6, 5, 4, 3]);
  await expect(by('nothing', 'asc')).rejects.toMatchObject({ code: 'filter.unknown-key' });
});

test('returns the values of a page and the number of all', async () => {
  const keys = await runTableKeys(server.db);
  const columns = [
    'variant',
    'k',
    'l0',
    'sweep',
    'coefficient',
    'training.schedule',
    'queued',
    'ce_recovered',
  ];
  const page = await runTable(server.db, { keys, columns, offset: 8, limit: 1 });
  expect(page).toEqual({
    total: 12,
    rows: [{ id: 2, cells: ['relu-l1', null, 10, [NAMES[1]], null, [1, 2], expect.any(Number), 0.4] }],
  });
  expect(Math.abs((page.rows[0]!.cells[6] as number) - Date.now())).toBeLessThan(1e9);
  expect(await runTable(server.db, { keys, columns, offset: 100, limit: 10 })).toEqual({
    total: 12,
    rows: [],
  });
});

test('without an order, the newest sweep is first, and its runs are in the order of their settings', async () => {
  const { db } = server;
  const sweepOf = async (name: string, wanted: Parameters<typeof newRun>[0][]): Promise<number[]> => {
    const { id } = await upsertSweep(db, {
      name,
      definitionHash: name,
      definition: {},
      file: 'f',
      source: '',
    });
    const added = await enqueueRuns(
      db,
      id,
      wanted.map((run) => newRun({ hook: 'blocks.2.h', hyper: { k: 8 }, ...run })),
    );
    return added.map(({ id: runId }) => runId);
  };
  const keys = await runTableKeys(db);
  const order = async (offset = 0, limit = 100): Promise<number[]> =>
    (await runTable(db, { keys, columns: [], offset, limit })).rows.map(({ id }) => id);
  const before = await order();
  const mixed = await sweepOf('mixed', [
    { seed: 1 },
    { hyper: { k: 16 }, seed: 0 },
    { hyper: { k: 128 } },
    { variant: 'gated', hyper: { l1: 2 } },
    { hook: 'blocks.10.h' },
    { seed: 0 },
  ]);
  const [one, sixteen, most, gated, ten, zero] = mixed;
  const newest = await sweepOf('newest', [{ variant: 'zeta' }]);
  expect(await order()).toEqual([...newest, gated, zero, one, sixteen, most, ten, ...before]);
  // Pages neither repeat nor lose a run.
  expect([...(await order(0, 3)), ...(await order(3, 3)), ...(await order(6))]).toEqual(await order());
  // A run that a newer sweep has again is one of its runs.
  const again = await upsertSweep(db, {
    name: 'again',
    definitionHash: 'again',
    definition: {},
    file: 'f',
    source: '',
  });
  await db.insert(sweepRuns).values({ sweepId: again.id, runId: ten!, position: 0 });
  expect((await order()).slice(0, 2)).toEqual([ten, ...newest]);
  await db.delete(runs).where(inArray(runs.id, [...mixed, ...newest]));
});

test('tags are filtered by', async () => {
  expect(await tagRuns(server.db, { runIds: [3], tag: 'paper "1"' })).toEqual([3]);
  // Only those that did not have it, so that a reader can undo it.
  expect(await tagRuns(server.db, { runIds: [1, 3, 999], tag: 'paper "1"' })).toEqual([1]);
  expect(await idsOf('tag = "paper \\"1\\""')).toEqual([3, 1]);
  expect((await found('id = 1', undefined, ['tag'])).rows[0]!.cells).toEqual([['paper "1"']]);
  const untagged = await untagRuns(server.db, { runIds: [1, 2, 3], tag: 'paper "1"' });
  expect(untagged.toSorted((a, b) => a - b)).toEqual([1, 3]);
  expect(await idsOf('tag is not missing')).toEqual([]);
});

test('completes values, the most frequent first', async () => {
  const keys = await runTableKeys(server.db);
  const of = (key: string, typed = '') => runKeyValues(server.db, { keys, key, typed, limit: 5 });
  expect(await of('variant')).toEqual(['relu-l1', 'topk']);
  expect(await of('variant', 'TO')).toEqual(['topk']);
  expect(await of('status')).toEqual(['finished', 'queued']);
  expect(await of('sweep', 'emoji')).toEqual(['🧪 emoji']);
  expect(await of('k')).toHaveLength(5);
  expect(await of('l0')).toEqual([]);
  expect(await of('nothing')).toEqual([]);
});

/** The same filter without SQL, on the samples. */
function passes(expression: Expression, index: number): boolean {
  switch (expression.type) {
    case 'and':
      return expression.terms.every((term) => passes(term, index));
    case 'or':
      return expression.terms.some((term) => passes(term, index));
    case 'not':
      return !passes(expression.term, index);
    case 'missing':
      return valuesOf(expression.key.text, index).length === 0;
    case 'in':
      return expression.values.some(({ text }) => compares(expression.key.text, '=', text, index));
    case 'compare':
      return compares(expression.key.text, expression.operator, expression.value.text, index);
  }
}

function valuesOf(key: string, index: number): RunCell[] {
  const { figures, hyper, sweep, ...fields } = SAMPLES[index]!;
  const values: Record<string, RunCell | undefined> = {
    ...(fields as unknown as Record<string, RunCell>),
    sweep,
    l0: figures?.l0,
    k: 'k' in hyper ? hyper.k : undefined,
  };
  const value = values[key];
  return value === undefined || value === null || Number.isNaN(value) ? [] : [value];
}

function compares(key: string, operator: Operator, text: string, index: number): boolean {
  if (operator.startsWith('!')) return !compares(key, operator === '!=' ? '=' : '~', text, index);
  return valuesOf(key, index).some((value) => {
    if (operator === '~') return String(value).toLowerCase().includes(text.toLowerCase());
    const order =
      typeof value === 'number'
        ? value - Number(text)
        : Buffer.compare(Buffer.from(String(value)), Buffer.from(text));
    const holds = { '=': order === 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 };
    return holds[operator as keyof typeof holds];
  });
}

const span = { start: 0, end: 0 };
const anyText = fc.oneof(
  fc.constantFrom(
    'topk',
    'relu-l1',
    'PLAIN',
    '',
    "'",
    '"; --',
    'o',
    ...NAMES,
    ...SAMPLES.map(({ hook }) => hook),
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const anyNumber = fc.constantFrom('0', '8', '24', '10', '64', '128', '-1.5', '1e2');
const anyComparison: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({
    type: fc.constant('compare' as const),
    key: fc.constantFrom('variant', 'hook', 'sweep').map((text) => ({ text, quoted: false, span })),
    operator: fc.constantFrom(...OPERATORS),
    value: anyText.map((text) => ({ text, quoted: true, span })),
  }),
  fc.record({
    type: fc.constant('compare' as const),
    key: fc.constantFrom('l0', 'k', 'width', 'seed').map((text) => ({ text, quoted: false, span })),
    operator: fc.constantFrom(...OPERATORS.filter((operator) => !operator.endsWith('~'))),
    value: anyNumber.map((text) => ({ text, quoted: false, span })),
  }),
  fc.record({
    type: fc.constant('in' as const),
    key: fc.constantFrom('variant', 'sweep').map((text) => ({ text, quoted: false, span })),
    values: fc.array(
      anyText.map((text) => ({ text, quoted: true, span })),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    type: fc.constant('missing' as const),
    key: fc.constantFrom('l0', 'k', 'variant').map((text) => ({ text, quoted: false, span })),
  }),
);
const { expression: anyFilter } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    anyComparison,
    fc.record({ type: fc.constant('not' as const), term: tie('expression') }),
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

test('finds what the filter means, whatever its values are, and changes nothing', async () => {
  const keys = await runTableKeys(server.db);
  await fc.assert(
    fc.asyncProperty(anyFilter, async (filter) => {
      const { rows } = await runTable(server.db, { keys, filter, columns: [], offset: 0, limit: 100 });
      const expected = SAMPLES.flatMap((_, index) => (passes(filter, index) ? [index + 1] : []));
      expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
  expect(await idsOf('')).toHaveLength(12);
});

test('text that Postgres cannot store finds nothing', async () => {
  expect(await idsOf('variant = "\0"')).toEqual([]);
  expect(await idsOf('variant ~ "\ud800"')).toEqual([]);
});

test('text sorts by the numbers in it', async () => {
  const hooks = ['natural.10.x', 'natural.2.x', 'natural.1.x'];
  const sweep = { name: 'natural', definitionHash: 'natural', definition: {}, file: 'f', source: '' };
  const { id } = await upsertSweep(server.db, sweep);
  await enqueueRuns(
    server.db,
    id,
    hooks.map((hook) => newRun({ hook })),
  );
  const { rows } = await found('hook ~ natural', { key: 'hook', direction: 'asc' }, ['hook']);
  expect(rows.map(({ cells }) => cells[0])).toEqual(['natural.1.x', 'natural.2.x', 'natural.10.x']);
});

test('pages after a position have the order of the whole table, by every key and without one', async () => {
  const keys = await runTableKeys(server.db);
  const orders = keys.flatMap(({ key }) => [
    { key, direction: 'asc' as const },
    { key, direction: 'desc' as const },
  ]);
  for (const order of [undefined, ...orders]) {
    const columns = order === undefined ? [] : [order.key];
    const wanted = { keys, order, columns };
    const whole = (await runsAfter(server.db, { ...wanted, limit: 1000 })).rows;
    const sorted = await found('', order, columns);
    expect(whole.length, JSON.stringify(order)).toBe(sorted.rows.length);
    expect(whole.map(({ cells }) => cells)).toEqual(sorted.rows.map(({ cells }) => cells));
    const paged: RunTableRow[] = [];
    let after: RunPosition | undefined;
    do {
      const page = await runsAfter(server.db, { ...wanted, after, limit: 3 });
      paged.push(...page.rows);
      // As text, since it crosses an address.
      after = (JSON.parse(JSON.stringify(page.next)) as RunPosition | null) ?? undefined;
    } while (after !== undefined);
    expect(paged, JSON.stringify(order)).toEqual(whole);
  }
});
