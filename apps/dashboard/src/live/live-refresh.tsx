'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { pauseAfter } from './pace.ts';
import { watchVersion } from './watch-version.ts';

interface LiveRefreshProps {
  /** The page's path under `/api/version`: `sweeps`, `sweep/3`, `run/7`. */
  readonly of: string;
  /** The version that the page shows. */
  readonly version: string;
  /** Whether the page shows something that is running. */
  readonly running: boolean;
}

/** Refreshes the page when its version changed. Slow refreshes lengthen the pause before the next. */
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
    return watchVersion(of, {
      onReachable: setReachable,
      onVersion: (current) => {
        if (current !== version) startRefresh(() => router.refresh());
      },
      earliest: () => earliest.current,
    });
  }, [of, version, refreshing, router]);

  return (
    // Empty, it must stay for screen readers, and leave no gap between its neighbours.
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-soft empty:absolute">
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
