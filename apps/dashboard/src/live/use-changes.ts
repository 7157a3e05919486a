import { useEffect, useRef, useState } from 'react';
import { watchVersion } from './watch-version.ts';

/**
 * Calls back when the version of a page's data changed.
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
  useEffect(
    () =>
      watchVersion(of, {
        onReachable: setReachable,
        onVersion: async (current) => {
          if (current === seen.current) return;
          seen.current = current;
          await callback.current();
        },
      }),
    [of],
  );
  return reachable;
}
