import { pauseAfter } from './pace.ts';

/** Longer silence than this means that the connection is gone: the server sends a beat every 15 s. */
const SILENCE_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;
/** Parts of a page come and go while it is refreshed. The connection outlives that. */
const LINGER_MS = 5_000;

/** What a part of a page does with the changes of runs. */
interface ChangeListener {
  /** Runs that changed; undefined if any may have. */
  onRuns(runIds: readonly number[] | undefined): void;
  /** Changes are reported from now on, or not any more. Until they are, the listener must ask. */
  onLive(live: boolean): void;
}

/**
 * The server's events, for all parts of a page over one connection. A hidden tab has none: browsers open few connections
 * to a server. When it is shown again, it continues from its cursor.
 */
class EventStream {
  readonly #listeners = new Set<ChangeListener>();
  #source: EventSource | undefined;
  #cursor: string | undefined;
  #live = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unused: ReturnType<typeof setTimeout> | undefined;

  /** Whether changes are reported. */
  get live(): boolean {
    return this.#live;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    clearTimeout(this.#unused);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#onVisibility();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#unused = setTimeout(() => {
        document.removeEventListener('visibilitychange', this.#onVisibility);
        this.#close();
        // Nobody keeps what it would report.
        this.#cursor = undefined;
      }, LINGER_MS);
    };
  }

  readonly #onVisibility = (): void => {
    if (document.hidden) this.#close();
    else if (this.#source === undefined && this.#timer === undefined) this.#open();
  };

  #open(): void {
    clearTimeout(this.#timer);
    const source = new EventSource(
      this.#cursor === undefined ? '/api/events' : `/api/events?after=${encodeURIComponent(this.#cursor)}`,
    );
    this.#source = source;
    this.#expectEvent();
    source.addEventListener('state', (event) => {
      const { listening, missed } = JSON.parse(event.data) as { listening: boolean; missed: boolean };
      this.#failures = 0;
      this.#received(event);
      this.#setLive(listening);
      if (missed) this.#publish(undefined);
    });
    source.addEventListener('runs', (event) => {
      this.#received(event);
      this.#publish(JSON.parse(event.data) as number[]);
    });
    source.addEventListener('beat', (event) => this.#received(event));
    // The browser would retry at once and for ever, but not after another kind of answer.
    source.addEventListener('error', () => this.#retry());
  }

  #received({ lastEventId }: MessageEvent): void {
    this.#cursor = lastEventId;
    this.#expectEvent();
  }

  #expectEvent(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), SILENCE_MS);
  }

  #retry(): void {
    this.#close();
    // A retry that is due stays due, even if someone subscribes in the meantime.
    const pause = Math.min(LONGEST_PAUSE_MS, pauseAfter(0) * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onVisibility();
    }, pause);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.#setLive(false);
  }

  #setLive(live: boolean): void {
    if (this.#live === live) return;
    this.#live = live;
    for (const listener of this.#listeners) listener.onLive(live);
  }

  #publish(runIds: readonly number[] | undefined): void {
    for (const listener of this.#listeners) listener.onRuns(runIds);
  }
}

/** The stream of this page. */
export const eventStream = new EventStream();
