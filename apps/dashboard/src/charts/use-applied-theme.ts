'use client';

import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';

/**
 * The theme whose colours are in effect. next-themes changes <html> after the effects of the components inside it, so
 * that an effect which depends on `resolvedTheme` would still read the colours of the theme before.
 */
export function useAppliedTheme(): string | undefined {
  const { resolvedTheme } = useTheme();
  const [applied, setApplied] = useState(resolvedTheme);
  useEffect(() => setApplied(resolvedTheme), [resolvedTheme]);
  return applied;
}
