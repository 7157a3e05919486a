'use client';

import { useSyncExternalStore } from 'react';

/**
 * The theme whose colours are in effect. Not `useTheme().resolvedTheme`: next-themes changes <html> after the effects of
 * the components inside it, so their effects would still read the colours of the previous theme.
 */
export function useAppliedTheme(): string | undefined {
  return useSyncExternalStore(
    subscribe,
    () => document.documentElement.dataset['theme'],
    () => undefined,
  );
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
