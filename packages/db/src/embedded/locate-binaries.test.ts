import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { locateBinaries, prepareBinaries } from './locate-binaries.ts';

const nobody = { uid: 65534, gid: 65534 };
const user = process.getuid?.() === 0 ? nobody : undefined;
const temporary: string[] = [];

/** Copies the installed package without symbolic links, as npm archives contain it. */
async function unpacked(): Promise<string> {
  const parent = mkdtempSync(join(tmpdir(), 'sae-lab-test-'));
  temporary.push(parent);
  chmodSync(parent, 0o755);
  const installed = dirname(dirname(dirname((await locateBinaries(user)).postgres)));
  cpSync(installed, join(parent, 'package'), { recursive: true, verbatimSymlinks: true });
  for (const name of ['libicuuc.so.60', 'libicui18n.so.60', 'libicudata.so.60']) {
    rmSync(join(parent, 'package/native/lib', name), { force: true });
  }
  return join(parent, 'package');
}

const version = (postgres: string) =>
  execFileSync(postgres, ['--version'], { ...user, cwd: '/', stdio: 'pipe' }).toString();

afterEach(() => {
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true });
});

test('works with a package whose install script did not run', async () => {
  const folder = await unpacked();
  expect(() => version(join(folder, 'native/bin/postgres'))).toThrow(/shared libraries/);
  const { postgres } = await prepareBinaries(folder, user);
  expect(postgres).toBe(join(folder, 'native/bin/postgres'));
  expect(version(postgres)).toContain('PostgreSQL) 18');
});

// Only a server started by root runs as another user, who may lack access.
describe.skipIf(!user)('as root (skipped for other users, who run the server themselves)', () => {
  test('copies programs from a closed folder to a readable one, once', async () => {
    const folder = await unpacked();
    chmodSync(dirname(folder), 0o700);
    const { postgres } = await prepareBinaries(folder, user);
    expect(postgres.startsWith('/var/tmp/sae-lab-postgres-')).toBe(true);
    expect(version(postgres)).toContain('PostgreSQL) 18');
    expect(await prepareBinaries(folder, user)).toEqual(await prepareBinaries(folder, user));
  });
});
