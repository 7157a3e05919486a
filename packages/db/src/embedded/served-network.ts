import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { findClusterFolder } from './cluster-folder.ts';
import type { Network } from './server-process.ts';

/** Where the URL with the password is kept, for its owner only. */
export const servedUrlFile = (dataDir: string): string => join(dataDir, 'served-url');

/** Who may connect to a server that others reach. Its folder is that of the cluster. */
export const hbaFileOf = (folder: string): string => join(folder, 'served.pg_hba.conf');

const networkFile = (folder: string): string => join(folder, 'served.json');

/** Remembers how a server is reached, so that the command that starts it after a crash starts it like that. */
export async function rememberNetwork(folder: string, { host, port }: Network): Promise<void> {
  await writeFile(networkFile(folder), JSON.stringify({ host, port }));
}

/** How the server of a cluster was reached before it crashed; undefined if only this machine reached it. */
export function rememberedNetwork(folder: string): Network | undefined {
  const hbaFile = hbaFileOf(folder);
  if (!existsSync(networkFile(folder)) || !existsSync(hbaFile)) return undefined;
  try {
    const { host, port } = JSON.parse(readFileSync(networkFile(folder), 'utf8')) as Record<string, unknown>;
    return typeof host === 'string' && typeof port === 'number' ? { host, port, hbaFile } : undefined;
  } catch {
    return undefined;
  }
}

/** From the next start on, only this machine reaches the server. */
export async function forgetNetwork(dataDir: string): Promise<void> {
  await rm(servedUrlFile(dataDir), { force: true });
  const folder = await findClusterFolder(dataDir);
  if (folder !== undefined) await rm(networkFile(folder), { force: true });
}

/** Explains why a server could not listen where it is to be reached; undefined if it failed for another reason. */
export function networkFailure({ host, port }: Network, output: string): SaeLabError | undefined {
  if (
    !/could not (bind|translate host|create (any )?TCP\/IP|create .* socket)|could not create listen socket/.test(
      output,
    )
  )
    return undefined;
  return new SaeLabError('db.address-unusable', {
    problem: 'the database is to be reached at an address that this machine cannot use',
    expected: `an address of this machine and a free port: ${host}, ${port}`,
    received: output.trim().split('\n').slice(-5).join('\n'),
    fix: 'Run `pnpm db:stop`: the database is then for this machine only. `pnpm db:serve --host <address>` lends it out again.',
  });
}
