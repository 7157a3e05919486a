import 'server-only';
import { randomUUID } from 'node:crypto';
import { watchRuns } from '@sae-lab/db/reading';
import { ChangeLog } from './change-log.ts';

/** Runs that change in one moment make one event. */
const GATHER_MS = 200;

interface FeedListener {
  /** Runs that changed, and the cursor after this change. */
  onRuns(runIds: readonly number[], cursor: string): void;
  /** Whether the database reports changes. While it does not, readers must ask. */
  onListening(listening: boolean, cursor: string): void;
}

/** The changes of runs, for every page that this process serves: one connection that listens, however many pages do. */
class RunFeed {
  readonly #listeners = new Set<FeedListener>();
  readonly #log = new ChangeLog(randomUUID());
  readonly #changed = new Set<number>();
  #listening = false;

  constructor(url: string) {
    watchRuns(url, {
      onRun: (runId) => {
        // The first one starts the moment.
        if (this.#changed.size === 0) setTimeout(() => this.#publish(), GATHER_MS);
        this.#changed.add(runId);
      },
      onListening: (listening) => {
        this.#listening = listening;
        // What changed while nobody listened is unknown.
        this.#log.forget();
        for (const listener of this.#listeners) listener.onListening(listening, this.#log.cursor);
      },
    });
  }

  get listening(): boolean {
    return this.#listening;
  }

  get cursor(): string {
    return this.#log.cursor;
  }

  /** The runs that changed since a cursor; undefined if that is unknown. */
  since(cursor: string): number[] | undefined {
    return this.#listening ? this.#log.since(cursor) : undefined;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #publish(): void {
    const runIds = [...this.#changed];
    this.#changed.clear();
    this.#log.add(runIds);
    for (const listener of this.#listeners) listener.onRuns(runIds, this.#log.cursor);
  }
}

// Kept on globalThis: Next loads modules once for pages and once for route handlers.
const shared = globalThis as { saeLabFeed?: RunFeed };

/** The feed of this process, which starts to listen on first use. Undefined without a database. */
export function runFeed(): RunFeed | undefined {
  const url = process.env['SAE_LAB_DIRECT_URL'] || process.env['DATABASE_URL'];
  if (url === undefined || url === '') return undefined;
  shared.saeLabFeed ??= new RunFeed(url);
  return shared.saeLabFeed;
}
