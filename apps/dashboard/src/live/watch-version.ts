import { currentVersion } from './current-version.ts';
import { eventStream } from './event-stream.ts';
import { pauseAfter } from './pace.ts';

/** Changes that no run announces, such as a new sweep or a tag, are seen after this time at the latest. */
const LIVE_PAUSE_MS = 3_000;

interface VersionWatch {
  /** Called with every version. The next one is asked for when the promise resolves. */
  readonly onVersion: (version: string) => Promise<void> | void;
  /** Whether the dashboard answers. */
  readonly onReachable: (reachable: boolean) => void;
  /** The earliest time of the next question, as `performance.now()`. */
  readonly earliest?: () => number;
}

/**
 * Asks for the version of a page while the tab is visible: when a run changes, and now and then. If changes are not
 * reported, it asks all the time. Slow answers lengthen the pause before the next question.
 *
 * @param of the page's path under `/api/version`: `sweeps`, `sweep/3`, `run/7`
 * @returns a function that ends the watch
 */
export function watchVersion(of: string, { onVersion, onReachable, earliest }: VersionWatch): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking = false;
  /** Something changed while the version was on its way. */
  let again = false;
  let lowest = 0;
  const wait = (pause: number): void => {
    clearTimeout(timer);
    const now = performance.now();
    const due = Math.max(now + pause, lowest, earliest?.() ?? 0);
    if (!document.hidden && !looking) timer = setTimeout(() => void look(), due - now);
  };
  const look = async (): Promise<void> => {
    const start = performance.now();
    looking = true;
    again = false;
    const version = await currentVersion(of, stop.signal);
    if (stop.signal.aborted) return;
    onReachable(version !== undefined);
    if (version !== undefined) await onVersion(version);
    looking = false;
    if (stop.signal.aborted) return;
    const pause = pauseAfter(performance.now() - start);
    lowest = performance.now() + pause;
    wait(eventStream.live && !again ? Math.max(pause, LIVE_PAUSE_MS) : pause);
  };
  const only = /^run\/(\d+)$/.exec(of)?.[1];
  const unsubscribe = eventStream.subscribe({
    onRuns: (runIds) => {
      if (only !== undefined && runIds !== undefined && !runIds.includes(Number(only))) return;
      again = true;
      wait(0);
    },
    onLive: (live) => {
      if (!live) wait(0);
    },
  });
  // A hidden tab asks nothing; one that becomes visible asks at once.
  const onVisibility = (): void => wait(0);
  document.addEventListener('visibilitychange', onVisibility);
  wait(pauseAfter(0));
  return () => {
    stop.abort();
    clearTimeout(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
