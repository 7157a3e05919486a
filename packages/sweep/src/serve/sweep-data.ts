import { join, relative } from 'node:path';
import { PROJECT_ROOT } from '@sae-lab/command-line';
import {
  damagedBeforeUse,
  openActivations,
  type ActivationStore,
  type ExtractionProgress,
} from '@sae-lab/core/activations';
import { runsOfSweep, sweepById, upsertActivations, type Claims, type Db, type Sweep } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { storedData, type StoredData } from '../evaluate/target/stored-data.ts';
import { activationsSource } from '../plan/activations-source.ts';
import type { Origin } from '../queue/queues.ts';
import { activationsRow } from '../run/make-activations.ts';
import type { RequestWatch } from '../run/watch-requests.ts';
import { bringActivations, shareActivations } from '../shared/share-activations.ts';
import type { SharedFiles } from '../shared/shared-files.ts';

export interface SweepDataOptions {
  readonly db: Db;
  readonly requests: RequestWatch;
  readonly claims: Claims;
  readonly shared: SharedFiles;
  readonly dataDir: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly warn: (sentence: string) => void;
  readonly onProgress: (progress: ExtractionProgress) => void;
}

/**
 * The activations that the runs of sweeps need, in this worker's data folder. A sweep's are extracted once: processes that
 * share the folder wait for the one that extracts.
 */
export class SweepData {
  readonly #options: SweepDataOptions;
  /** Extractions of this process by the sweep's id. */
  readonly #extractions = new Map<number, Promise<boolean>>();
  /** Activations whose bytes have been checked. */
  readonly #checked = new Map<string, Promise<ActivationStore | undefined>>();

  constructor(options: SweepDataOptions) {
    this.#options = options;
  }

  /** The complete, undamaged activations; undefined if neither the data folder nor the store has them. */
  find(id: string): Promise<ActivationStore | undefined> {
    let found = this.#checked.get(id);
    if (found === undefined) {
      found = this.#open(id);
      this.#checked.set(id, found);
      // They may come later, and a failed reading is tried again.
      const forget = (): void => void this.#checked.delete(id);
      found.then((store) => (store === undefined ? forget() : undefined), forget);
    }
    return found;
  }

  async #open(id: string): Promise<ActivationStore | undefined> {
    const folder = join(this.#options.dataDir, 'activations', id);
    const { signal, shared, warn } = this.#options;
    let store = await openActivations(folder).catch(() => undefined);
    if (store === undefined && shared.store !== undefined) {
      if (!(await bringActivations(shared.store, { id, folder }, signal, warn))) return undefined;
      store = await openActivations(folder).catch(() => undefined);
    }
    if (store?.id !== id) return undefined;
    return (await damagedBeforeUse(folder, store.manifest.shards, { signal })) === undefined
      ? store
      : undefined;
  }

  /**
   * Extracts the activations of a sweep's pending runs, in one pass for all hooks.
   *
   * @returns false if it ended early because the sweep was cancelled
   * @throws {SaeLabError} `activations.differ`, and what planning and extracting throw, e.g. for a missing model
   */
  extract(origin: Origin): Promise<boolean> {
    let extraction = this.#extractions.get(origin.sweepId);
    if (extraction === undefined) {
      extraction = this.#extractUnlessCancelled(origin).finally(() =>
        this.#extractions.delete(origin.sweepId),
      );
      this.#extractions.set(origin.sweepId, extraction);
    }
    return extraction;
  }

  async #extractUnlessCancelled(origin: Origin): Promise<boolean> {
    const watch = this.#options.requests.ofSweep(origin.sweepId);
    try {
      await this.#extract(origin, AbortSignal.any([this.#options.signal, watch.cancelled]));
      return true;
    } catch (error) {
      if (!watch.cancelled.aborted) throw error;
      return false;
    } finally {
      watch.close();
    }
  }

  async #extract(origin: Origin, signal: AbortSignal): Promise<void> {
    const { db, claims, shared, dataDir, threads, warn, onProgress } = this.#options;
    const { data } = await sweepWithData(db, origin);
    const runs = await runsOfSweep(db, origin.sweepId);
    const needed = new Map(
      runs
        .filter(({ status }) => ['queued', 'running', 'interrupted'].includes(status))
        .map(({ activationsId, hook }) => [activationsId, hook]),
    );
    if (needed.size === 0) return;
    const source = activationsSource(data.source, { dataDir, threads, signal });
    const planned = await source.plan(warn);
    const changed = [...needed].find(([id]) => !planned.some((one) => one.id === id));
    if (changed !== undefined) throw differ(changed[1]);
    const stores = await shareActivations(
      planned.filter(({ id }) => needed.has(id)),
      (hooks) => source.make(hooks, { signal, onProgress }),
      { store: shared.store, claims, signal, warn },
    );
    for (const store of stores) {
      await upsertActivations(db, activationsRow(store, dataDir));
    }
  }
}

/**
 * A sweep, and where its activations come from.
 *
 * @throws {SaeLabError} `evaluation.no-data`
 */
export async function sweepWithData(
  db: Db,
  { sweepId, projectRoot }: Origin,
): Promise<{ sweep: Sweep; data: StoredData }> {
  const sweep = await sweepById(db, sweepId);
  if (sweep === undefined) {
    throw new SaeLabError('evaluation.no-data', {
      problem: `sweep ${sweepId} is no longer in the database, so its model and documents are unknown`,
      fix: 'Run `pnpm sweep` with its experiment again.',
    });
  }
  const definition = inThisCheckout(sweep.definition, projectRoot) as Sweep['definition'];
  return { sweep: { ...sweep, definition }, data: storedData(definition, `the sweep ${sweep.name}`) };
}

/** Replaces the folder of the checkout that planned a sweep by this one's in every path of its definition. */
function inThisCheckout(value: unknown, root: string): unknown {
  if (root === PROJECT_ROOT) return value;
  if (typeof value === 'string')
    return value.startsWith(join(root, '/')) ? join(PROJECT_ROOT, relative(root, value)) : value;
  if (Array.isArray(value)) return value.map((item) => inThisCheckout(item, root));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inThisCheckout(inner, root)]));
}

function differ(hook: string): SaeLabError {
  return new SaeLabError('activations.differ', {
    problem: 'the model or the documents of this machine are not those that the sweep was planned with',
    field: `hook ${hook}`,
    expected: 'the same files',
    fix: 'Copy the files or the activations from the other machine, or use a data folder that both reach.',
  });
}
