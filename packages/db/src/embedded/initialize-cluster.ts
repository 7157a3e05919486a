import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './locate-binaries.ts';
import { serverEnvironment, serverFailure } from './server-process.ts';
import { isAlive } from './postmaster.ts';
import { makePrivateFolder, type ServerUser } from './server-user.ts';

/**
 * Makes an empty cluster in `<folder>/data`, if there is none. It comes into being by a rename: an
 * interrupted one is never taken for a database, and of two processes the first wins.
 */
export async function initializeCluster(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<void> {
  const data = join(folder, 'data');
  await removeInterrupted(folder);
  if (await stat(data).catch(() => undefined)) return;
  const draft = await mkdtemp(join(folder, `${DRAFT}${process.pid}-`));
  await makePrivateFolder(draft, user);
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        '--username=sae_lab',
        '--auth=trust',
        '--encoding=UTF8',
        // Postgres's own C.UTF-8, since not every system has that locale.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        `--pgdata=${draft}`,
      ],
      { ...user, cwd: folder, env: serverEnvironment() },
    );
    await rename(draft, data);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw serverFailure('initdb could not make the database', stderr ?? '', error);
  }
}

const DRAFT = 'data.initdb-';

async function removeInterrupted(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = /^data\.initdb-(\d+)-/.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    // Its initdb may have outlived it, and go on making files until it misses those that are gone.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}
