import { link, mkdir, copyFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openActivations, type ActivationStore, type PlannedActivations } from '@sae-lab/core/activations';
import type { Claims } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { activationsSet, setsOfActivations, type Store } from '@sae-lab/store';

interface ShareOptions {
  readonly store: Store | undefined;
  readonly claims: Claims;
  readonly signal: AbortSignal;
  readonly warn: (sentence: string) => void;
}

/** What is known of activations before they are made. */
type Wanted = Pick<PlannedActivations, 'id' | 'folder' | 'hook'>;

const POLL_MS = 1000;

/**
 * Makes activations once for all machines. Those that the store has are brought here, those that another process makes
 * are waited for, and the others are made and stored.
 *
 * @param make makes the activations of these hooks that are not here, and opens all of them
 */
export async function shareActivations(
  wanted: readonly Wanted[],
  make: (hooks: readonly string[]) => Promise<readonly ActivationStore[]>,
  { store, claims, signal, warn }: ShareOptions,
): Promise<readonly ActivationStore[]> {
  const hooks = wanted.map(({ hook }) => hook.name);
  if (store === undefined) return make(hooks);
  const claimed: Wanted[] = [];
  let missing = [...wanted];
  try {
    for (;;) {
      const left: Wanted[] = [];
      for (const one of missing) {
        if (await isHere(one)) continue;
        if (!(await bringActivations(store, one, signal, warn))) left.push(one);
      }
      for (const one of left) if (await claims.claimActivations(one.id)) claimed.push(one);
      // The process that had the claim may have stored them since the store was asked.
      const mine: Wanted[] = [];
      for (const one of claimed) if (!(await bringActivations(store, one, signal, warn))) mine.push(one);
      if (mine.length > 0) {
        await make(mine.map(({ hook }) => hook.name));
        for (const one of mine) await put(store, one, signal);
      }
      missing = left.filter((one) => !claimed.includes(one));
      for (const { id } of claimed.splice(0)) await claims.releaseActivations(id);
      if (missing.length === 0) break;
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    for (const { id } of claimed) await claims.releaseActivations(id);
  }
  const stores = await make(hooks);
  // Those that were here before the store was used.
  for (const one of wanted) {
    if ((await store.listSets(setsOfActivations(one.id))).length === 0) await put(store, one, signal);
  }
  return stores;
}

/** Damaged activations count as here: they are repaired where they are. */
async function isHere({ folder }: Wanted): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function put(store: Store, { id, folder }: Wanted, signal: AbortSignal): Promise<void> {
  const { manifest } = await openActivations(folder);
  const names = ['manifest.json', ...manifest.shards.map(({ file }) => file)];
  const files = names.map((name) => ({ name, path: join(folder, name) }));
  await store.putSet(activationsSet(id), files, { hook: manifest.hook.name, rows: manifest.rows }, signal);
}

/**
 * Brings activations from the store into the data folder, through the cache.
 *
 * @returns false if the store does not have them, undamaged
 */
export async function bringActivations(
  store: Store,
  { id, folder }: Pick<Wanted, 'id' | 'folder'>,
  signal: AbortSignal,
  warn: (sentence: string) => void,
): Promise<boolean> {
  for (const name of await store.listSets(setsOfActivations(id))) {
    try {
      const set = await store.readSet(name);
      if (set === undefined) continue;
      const opened = await store.openSet(set, signal);
      try {
        await place(opened.folder, folder);
      } finally {
        await opened.close();
      }
      return true;
    } catch (error) {
      if (!(error instanceof SaeLabError) || !DAMAGED.has(error.code)) throw error;
      warn(`${error.message} They are made again.`);
      await store.removeSet(name);
    }
  }
  return false;
}

const DAMAGED = new Set(['store.corrupted', 'store.missing']);

/** Links the files of a folder under another name; they appear there all at once. */
async function place(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomBytes(4).toString('hex')}.fetched`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await mkdir(draft);
    for (const name of await readdir(from)) {
      // The cache may be on a file system without hard links.
      await link(join(from, name), join(draft, name)).catch(() =>
        copyFile(join(from, name), join(draft, name)),
      );
    }
    await rename(draft, to).catch((error: NodeJS.ErrnoException) => {
      // Another process brought them meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
