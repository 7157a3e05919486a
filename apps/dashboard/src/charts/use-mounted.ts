'use client';

import { useSyncExternalStore } from 'react';

/** False on the server and during hydration, then true: for content that depends on the browser. */
export function useMounted(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
