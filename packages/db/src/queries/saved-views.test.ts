import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { deleteView, listSavedViews, renameView, saveView } from './saved-views.ts';

const server = useTestDatabase();

test('a view is saved, replaced under its name, and deleted', async () => {
  const { db } = server;
  await saveView(db, { name: 'low L0', query: 'filter=l0+%3C+40' });
  await saveView(db, { name: '🧪 "all"', query: '' });
  await saveView(db, { name: 'low L0', query: 'filter=l0+%3C+20' });
  expect(await listSavedViews(db)).toEqual([
    { name: 'low L0', query: 'filter=l0+%3C+20' },
    { name: '🧪 "all"', query: '' },
  ]);
  await deleteView(db, 'low L0');
  await deleteView(db, 'nothing');
  expect(await listSavedViews(db)).toEqual([{ name: '🧪 "all"', query: '' }]);
});

test('a view is renamed, unless the new name is taken', async () => {
  const { db } = server;
  await saveView(db, { name: 'a', query: 'filter=a' });
  await saveView(db, { name: 'b', query: 'filter=b' });
  expect(await renameView(db, { name: 'a', newName: 'b' })).toBe(false);
  expect(await renameView(db, { name: 'a', newName: 'c' })).toBe(true);
  expect(await renameView(db, { name: 'a', newName: 'd' })).toBe(false);
  expect(await listSavedViews(db)).toContainEqual({ name: 'c', query: 'filter=a' });
  expect(await listSavedViews(db)).toContainEqual({ name: 'b', query: 'filter=b' });
});
