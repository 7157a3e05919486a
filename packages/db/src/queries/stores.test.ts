import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { recallStore, rememberStore, storeLocations } from './stores.ts';

const server = useTestDatabase();

test('lists where the files of a database are stored', async () => {
  const place = { cluster: '1.5', location: 's3://lab/b' };
  await rememberStore(server.db, place, 'first');
  await rememberStore(server.db, place, 'second');
  await rememberStore(server.db, { ...place, location: '/shared' }, 'other');
  await rememberStore(server.db, { ...place, cluster: '2.5' }, 'elsewhere');
  expect(await recallStore(server.db, place)).toBe('first');
  expect(await storeLocations(server.db, '1.5')).toEqual(['/shared', 's3://lab/b']);
});
