'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { currentVersion } from './current-version.ts';
import { pauseAfter } from './pace.ts';

interface LiveRefreshProps {
  /** The page's path under `/api/version`: `sweeps`, `sweep/3`, `run/7`. */
  readonly of: string;
  /** The version that the page shows. */
  readonly version: string;
  /** Whether the page shows something that is running. */
  readonly running: boolean;
}

/**
 * Polls the version while the tab is visible, and refreshes the page only when it changed. Slow polls and refreshes
 * lengthen the pause before the next.
 */
export function LiveRefresh({ of, version, running }: LiveRefreshProps) {
  const router = useRouter();
  const [reachable, setReachable] = useState(true);
  const [refreshing, startRefresh] = useTransition();
  /** The earliest time of the next refresh. */
  const earliest = useRef(0);
  const begun = useRef<number>(undefined);

  useEffect(() => {
    if (refreshing) {
      begun.current = performance.now();
      // The next poll waits for this refresh.
      return;
    }
    if (begun.current !== undefined) {
      const now = performance.now();
      earliest.current = now + pauseAfter(now - begun.current);
      begun.current = undefined;
    }
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let looking = false;
    const look = async (): Promise<void> => {
      const start = performance.now();
      looking = true;
      const current = await currentVersion(of, stop.signal);
      looking = false;
      if (stop.signal.aborted) return;
      setReachable(current !== undefined);
      if (current !== undefined && current !== version) startRefresh(() => router.refresh());
      else wait(pauseAfter(performance.now() - start));
    };
    const wait = (pause: number): void => {
      clearTimeout(timer);
      const untilEarliest = earliest.current - performance.now();
      if (!document.hidden && !looking) timer = setTimeout(() => void look(), Math.max(pause, untilEarliest));
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
  }, [of, version, refreshing, router]);

  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-soft">
      {reachable && !running ? null : (
        <span
          aria-hidden="true"
          className="size-1.5 rounded-full"
          style={{ background: reachable ? 'var(--status-running)' : 'var(--status-failed)' }}
        />
      )}
      {reachable ? (running ? 'Updating live' : null) : 'Connection lost, retrying'}
    </span>
  );
}
