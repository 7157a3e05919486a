import { useEffect, useRef, useState } from 'react';
import { currentVersion } from './current-version.ts';
import { pauseAfter } from './pace.ts';

/**
 * Polls the version while the tab is visible, and calls back when it changed. Slow polls and callbacks lengthen the pause
 * before the next.
 *
 * @param version the version that the page shows at first
 * @param onChange reads what changed
 * @returns whether the dashboard answers
 */
export function useChanges(of: string, version: string, onChange: () => Promise<void>): boolean {
  const [reachable, setReachable] = useState(true);
  const seen = useRef(version);
  const callback = useRef(onChange);
  useEffect(() => {
    callback.current = onChange;
  });
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let looking = false;
    const look = async (): Promise<void> => {
      const start = performance.now();
      looking = true;
      const current = await currentVersion(of, stop.signal);
      if (!stop.signal.aborted) setReachable(current !== undefined);
      if (!stop.signal.aborted && current !== undefined && current !== seen.current) {
        seen.current = current;
        await callback.current();
      }
      looking = false;
      if (!stop.signal.aborted) wait(pauseAfter(performance.now() - start));
    };
    const wait = (pause: number): void => {
      clearTimeout(timer);
      if (!document.hidden && !looking) timer = setTimeout(() => void look(), pause);
    };
    // A hidden tab polls nothing; one that becomes visible polls at once.
    const onVisibility = (): void => wait(0);
    document.addEventListener('visibilitychange', onVisibility);
    wait(pauseAfter(0));
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [of]);
  return reachable;
}
