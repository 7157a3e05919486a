import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { livingHolders, offerSweep, withdrawOffer, type Claims, type Database, type Db } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import type { VariantPackage } from '../definition/variant-package.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { trainingQueue } from '../queue/queues.ts';
import { requireForQueue } from '../queue/require-for-queue.ts';
import type { SharedFiles } from '../shared/shared-files.ts';

interface OfferOptions {
  readonly database: Database;
  readonly claims: Claims;
  readonly projectRoot: string;
  /** Of that checkout. */
  readonly commit: string | null;
  readonly dataDir: string;
  readonly shared: SharedFiles;
  readonly device: ChosenDevice;
  readonly onlyFailed: boolean;
  /** Ends the offer at once, so that workers do not take the runs that this process leaves. */
  readonly stop: AbortSignal;
}

const OFFER = /^offer-(\d+)$/;

/** A file that a worker finds only if its data folder is the one of the process that offers. */
export function offerFile(dataDir: string, holderId: number): string {
  return join(dataDir, `offer-${holderId}`);
}

/** Removes the files of processes that were killed while they offered. */
export async function removeOffersOfTheDead(db: Db, dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch(() => []);
  const holders = names.flatMap((name) => OFFER.exec(name)?.[1] ?? []).map(Number);
  const living = await livingHolders(db, holders);
  for (const holderId of holders) {
    if (!living.has(holderId)) await rm(offerFile(dataDir, holderId), { force: true });
  }
}

/**
 * Tells workers that they may train runs of this sweep, too, or why they cannot, until the work is over. It costs one row and one
 * file, and ends with this process, however that ends. Runs that workers have then, they continue.
 */
export async function whileOffered<T>(
  plan: SweepPlan,
  sweepId: number,
  options: OfferOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { claims, dataDir, shared, stop, projectRoot, commit } = options;
  const { db } = options.database;
  const { holderId } = claims;
  // The other runs of the sweep are not wanted.
  if (options.onlyFailed) return work();
  const folderToken = randomUUID();
  const file = offerFile(dataDir, holderId);
  // Without the file, a worker believes that it has another folder. Training says what is wrong with this one.
  const isWritten = await writeFile(file, folderToken).then(
    () => true,
    () => false,
  );
  await offerSweep(db, sweepId, {
    holderId,
    hostname: hostname(),
    queue: trainingQueue(options.device),
    projectRoot,
    commit,
    dataDir,
    folderToken: isWritten ? folderToken : null,
    store: shared.location,
    ...(await packagesOrReason(plan)),
  });
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> =>
    (ending ??= (async () => {
      stop.removeEventListener('abort', onStop);
      // If the database is gone, the offer ends with the claims.
      await withdrawOffer(db, sweepId, holderId).catch(() => {});
      await rm(file, { force: true }).catch(() => {});
      await removeOffersOfTheDead(db, dataDir).catch(() => {});
    })());
  const onStop = (): void => void end();
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  try {
    return await work();
  } finally {
    await end();
  }
}

async function packagesOrReason(
  plan: SweepPlan,
): Promise<{ packages: Record<string, VariantPackage>; localOnly: string | null }> {
  try {
    return { packages: Object.fromEntries(await requireForQueue(plan)), localOnly: null };
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    const { field, problem } = error.details;
    return { packages: {}, localOnly: [field, problem].filter((part) => part !== undefined).join(': ') };
  }
}
