'use client';

import { useSyncExternalStore } from 'react';

/** False on the server and while the browser takes its page over, then true: for what need not be in the page's text. */
export function useMounted(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
