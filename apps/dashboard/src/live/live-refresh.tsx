'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState, useTransition } from 'react';

const POLL_MS = 1000;

interface LiveRefreshProps {
  /** What is shown, as the version route names it: `sweeps`, `sweep/3`, `run/7`. */
  readonly of: string;
  /** The version that is shown. */
  readonly version: string;
}

/** Looks every second, while the page is seen, whether there is something new, and only then reads the page anew. */
export function LiveRefresh({ of, version }: LiveRefreshProps) {
  const router = useRouter();
  const [reachable, setReachable] = useState(true);
  const [refreshing, startRefresh] = useTransition();

  useEffect(() => {
    // The next look waits for the page that this one asked for.
    if (refreshing) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const current = await currentVersion(of, stop.signal);
        if (stop.signal.aborted) return;
        setReachable(current !== undefined);
        if (current !== undefined && current !== version) {
          startRefresh(() => router.refresh());
        }
      }
      timer = setTimeout(() => void look(), POLL_MS);
    };
    timer = setTimeout(() => void look(), POLL_MS);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [of, version, refreshing, router]);

  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-soft">
      <span
        aria-hidden="true"
        className="size-1.5 rounded-full"
        style={{ background: reachable ? 'var(--status-finished)' : 'var(--status-failed)' }}
      />
      {reachable ? 'live' : 'no connection; trying again'}
    </span>
  );
}

/** Undefined when the dashboard or its database does not answer. */
async function currentVersion(of: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`/api/version/${of}`, { signal, cache: 'no-store' });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}
