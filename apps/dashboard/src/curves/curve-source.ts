import { eventStream } from '../live/event-stream.ts';
import { pauseAfter } from '../live/pace.ts';
import type { CurvesAnswer, SentTail, TailsAnswer } from './curve-answer.ts';
import { curvesAddress, tailAddresses } from './curve-request.ts';
import { appended, joined, tableOf, type CurveTable, type CurveWindow } from './curve-table.ts';

/** What a page draws. */
export interface WantedCurves {
  readonly runIds: readonly number[];
  readonly curves: readonly string[];
  /** The whole runs, and the steps that the reader zoomed into. */
  readonly whole: CurveWindow;
  readonly zoom: CurveWindow | undefined;
  /** Runs that may get more points. */
  readonly growing: readonly number[];
}

/** The curves that were read for one window, by key. */
interface Layer {
  readonly window: CurveWindow;
  tables: ReadonlyMap<string, CurveTable>;
  /** Curves and runs that are on their way, as `curve run`. */
  readonly reading: Set<string>;
}

/** Points that arrive within this time are drawn together. */
const LEAST_PAUSE_MS = 250;

/**
 * Reads curves once and then only the points that follow: of runs that the server reports as changed, or of all that may
 * grow while it reports nothing. Only a run that was started again is read again.
 */
export class CurveSource {
  #wanted: WantedCurves | undefined;
  readonly #layers = new Map<string, Layer>();
  readonly #attempts = new Map<number, number>();
  /** Runs that have new points. */
  readonly #changed = new Set<number>();
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #stopped = false;
  #failed = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Reads and follows what is wanted until the returned function is called. */
  start(): () => void {
    this.#stopped = false;
    const unsubscribe = eventStream.subscribe({
      onRuns: (runIds) => this.#noteChanges(runIds),
      onLive: (live) => {
        if (!live) this.#askLater(LEAST_PAUSE_MS);
      },
    });
    const onVisibility = (): void => this.#askLater(LEAST_PAUSE_MS);
    document.addEventListener('visibilitychange', onVisibility);
    this.#readMissing();
    return () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
      unsubscribe();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  want(wanted: WantedCurves): void {
    this.#wanted = wanted;
    const keep = [wanted.whole, wanted.zoom].flatMap((window) => (window ? [keyOf(window)] : []));
    for (const key of this.#layers.keys()) if (!keep.includes(key)) this.#layers.delete(key);
    this.#readMissing();
    this.#askLater(LEAST_PAUSE_MS);
  }

  /** Whether the last question had no answer. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The curves of a window by key, as far as they were read. */
  tables(window: CurveWindow): ReadonlyMap<string, CurveTable> {
    return this.#layers.get(keyOf(window))?.tables ?? NO_TABLES;
  }

  /** Reads what is wanted and neither there nor on its way. */
  #readMissing(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#stopped) return;
    for (const window of [wanted.whole, wanted.zoom]) {
      if (window === undefined) continue;
      const layer = this.#layerOf(window);
      // Curves that lack the same runs are read together.
      const byRuns = new Map<string, { runIds: number[]; curves: string[] }>();
      for (const curve of wanted.curves) {
        const known = layer.tables.get(curve)?.runs;
        const runIds = wanted.runIds.filter((id) => !known?.has(id) && !layer.reading.has(`${curve} ${id}`));
        if (runIds.length === 0) continue;
        const same = byRuns.get(runIds.join());
        if (same === undefined) byRuns.set(runIds.join(), { runIds, curves: [curve] });
        else same.curves.push(curve);
      }
      for (const { runIds, curves } of byRuns.values()) void this.#read(layer, runIds, curves);
    }
  }

  #layerOf(window: CurveWindow): Layer {
    const known = this.#layers.get(keyOf(window));
    if (known !== undefined) return known;
    const layer: Layer = { window, tables: NO_TABLES, reading: new Set() };
    this.#layers.set(keyOf(window), layer);
    return layer;
  }

  async #read(layer: Layer, runIds: readonly number[], curves: readonly string[]): Promise<void> {
    const keys = curves.flatMap((curve) => runIds.map((id) => `${curve} ${id}`));
    for (const key of keys) layer.reading.add(key);
    const answer = await ask<CurvesAnswer>(curvesAddress({ runIds, curves, ...layer.window }));
    for (const key of keys) layer.reading.delete(key);
    if (this.#stopped) return;
    this.#failed = answer === undefined;
    if (answer === undefined) {
      this.#askLater(pauseAfter(0));
    } else {
      this.#noteAttempts(answer.attempts);
      const tables = new Map(layer.tables);
      for (const one of answer.curves)
        tables.set(one.curve, joined(tables.get(one.curve), tableOf(one, runIds, layer.window)));
      layer.tables = tables;
    }
    this.#onChange();
  }

  #noteChanges(runIds: readonly number[] | undefined): void {
    const shown = this.#wanted?.runIds ?? [];
    const changed = runIds === undefined ? shown : shown.filter((id) => runIds.includes(id));
    for (const id of changed) this.#changed.add(id);
    if (changed.length > 0) this.#askLater(LEAST_PAUSE_MS);
  }

  /** Asks after this time, unless a question is due or on its way. */
  #askLater(pause: number): void {
    if (this.#stopped || this.#asking || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#askTails(), pause);
  }

  async #askTails(): Promise<void> {
    const start = performance.now();
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    this.#asking = true;
    this.#readMissing();
    const ids = new Set(eventStream.live ? this.#changed : [...this.#changed, ...wanted.growing]);
    this.#changed.clear();
    const cursors = this.#cursors(wanted).filter(({ runId }) => ids.has(runId));
    const answers = await Promise.all(tailAddresses(cursors).map((address) => ask<TailsAnswer>(address)));
    this.#asking = false;
    if (this.#stopped) return;
    const received = answers.filter((answer) => answer !== undefined);
    if (received.length < answers.length) for (const id of ids) this.#changed.add(id);
    if (answers.length > 0) this.#failed = received.length < answers.length;
    for (const { attempts, tails } of received) this.#append(wanted, attempts, tails);
    if (answers.length > 0) this.#onChange();
    const pause = pauseAfter(performance.now() - start);
    if (this.#failed || !eventStream.live) this.#askLater(pause);
    else if (this.#changed.size > 0) this.#askLater(Math.max(LEAST_PAUSE_MS, pause / 4));
  }

  /** Where the next points of every curve continue. */
  #cursors({ whole, zoom, curves, runIds }: WantedCurves) {
    return curves.flatMap((curve) =>
      runIds.flatMap((runId) => {
        const ends = [whole, zoom].flatMap((window) => {
          const end = window && this.tables(window).get(curve)?.runs.get(runId)?.end;
          const isOver = end !== undefined && window?.until !== undefined && end >= window.until - 1;
          return end === undefined || isOver ? [] : [end];
        });
        return ends.length === 0 ? [] : [{ runId, curve, after: Math.min(...ends) }];
      }),
    );
  }

  #append(wanted: WantedCurves, attempts: TailsAnswer['attempts'], tails: readonly SentTail[]): void {
    // A curve that ends before the points that are shown was replaced.
    const whole = this.tables(wanted.whole);
    for (const { run, curve, end } of tails) {
      const shown = whole.get(curve)?.runs.get(run)?.end;
      if (shown !== undefined && end < shown) this.#drop(run);
    }
    this.#noteAttempts(attempts);
    for (const layer of this.#layers.values()) {
      const tables = new Map(layer.tables);
      for (const [curve, table] of tables) {
        const own = tails.filter((tail) => tail.curve === curve && tail.steps.length > 0);
        if (own.length > 0) tables.set(curve, appended(table, own, layer.window));
      }
      layer.tables = tables;
    }
    this.#readMissing();
  }

  #noteAttempts(attempts: Readonly<Record<string, number>>): void {
    for (const [id, attempt] of Object.entries(attempts)) {
      const runId = Number(id);
      const before = this.#attempts.get(runId);
      // A run that starts for the first time has no points to replace.
      if (before !== undefined && before > 0 && before !== attempt) this.#drop(runId);
      this.#attempts.set(runId, attempt);
    }
  }

  /** Forgets the points of a run, which are then read again. */
  #drop(runId: number): void {
    for (const layer of this.#layers.values()) {
      layer.tables = new Map(
        [...layer.tables].map(([curve, { size, runs }]) => [
          curve,
          { size, runs: new Map([...runs].filter(([id]) => id !== runId)) },
        ]),
      );
    }
  }
}

const NO_TABLES: ReadonlyMap<string, CurveTable> = new Map();

function keyOf({ from, until, buckets }: CurveWindow): string {
  return `${from} ${until ?? ''} ${buckets}`;
}

/** Undefined if the dashboard or its database does not answer. */
async function ask<T>(address: string): Promise<T | undefined> {
  try {
    const answer = await fetch(address, { cache: 'no-store' });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
