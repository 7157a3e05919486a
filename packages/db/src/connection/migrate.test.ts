import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { connectDatabase, type Database } from './connect.ts';
import { migrateDatabase } from './migrate.ts';
import { openDatabase } from './open-database.ts';

const packageFolder = join(import.meta.dirname, '../..');
const server = useTestDatabase();

/** The URL of a new, empty database. */
async function emptyDatabase(name: string): Promise<string> {
  await server.database.sql.unsafe(`create database ${name}`);
  return server.database.url.replace('/postgres?', `/${name}?`);
}

async function tables({ sql }: Database): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`;
  return rows.map(({ name }) => name);
}

test('creates every table in an empty database, and changes nothing the second time', async () => {
  const url = await emptyDatabase('empty');
  for (const _ of ['first', 'second']) {
    const database = await openDatabase({ dataDir: '/nowhere', url });
    expect(await tables(database)).toEqual([
      'activations',
      'artifacts',
      'claim_holders',
      'claims',
      'curve_chunks',
      'evaluation_figures',
      'evaluation_histograms',
      'evaluations',
      'figures',
      'histograms',
      'latent_explanations',
      'latent_notes',
      'latent_probes',
      'latents',
      'run_attempts',
      'run_keys',
      'run_tags',
      'runs',
      'sae_matches',
      'saes',
      'saved_views',
      'stores',
      'sweep_runs',
      'sweep_saes',
      'sweep_tags',
      'sweeps',
      'variants',
      'workers',
    ]);
    const applied = await database.sql`select hash from drizzle.__drizzle_migrations`;
    expect(applied).toHaveLength(readdirSync(join(packageFolder, 'migrations')).filter(isSql).length);
    await database.close();
  }
});

test('lets several processes migrate one database at once', async () => {
  const url = await emptyDatabase('contended');
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(url)));
  const database = await connectDatabase({ url });
  expect(await tables(database)).toContain('runs');
  await database.close();
});

test('refuses a database migrated by newer code and leaves it unchanged', async () => {
  const url = await emptyDatabase('newer');
  await migrateDatabase(url);
  const database = await connectDatabase({ url });
  await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('unknown', 9e15)`;
  await database.close();
  await expect(migrateDatabase(url)).rejects.toMatchObject({
    code: 'db.migrations-newer',
    message: expect.stringContaining('Update this checkout'),
  });
});

test('has migrations that produce the schema of the queries', () => {
  // Inside the package, because drizzle-kit resolves `out` against its working directory.
  const folder = mkdtempSync(join(packageFolder, 'node_modules/.migrations-'));
  try {
    cpSync(join(packageFolder, 'migrations'), folder, { recursive: true });
    const before = readdirSync(folder);
    const options = ['--dialect', 'postgresql', '--casing', 'snake_case', '--schema', 'src/schema/index.ts'];
    const out = folder.slice(packageFolder.length + 1);
    execFileSync('node_modules/.bin/drizzle-kit', ['generate', ...options, '--out', out], {
      cwd: packageFolder,
    });
    expect(readdirSync(folder)).toEqual(before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const isSql = (name: string) => name.endsWith('.sql');
