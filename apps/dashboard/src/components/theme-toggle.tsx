'use client';

import { useTheme } from 'next-themes';
import { useMounted } from '../charts/use-mounted.ts';

export function ThemeToggle() {
  const { resolvedTheme, setTheme } = useTheme();
  // The server does not know the reader's theme, so the first label must not depend on it.
  const isDark = useMounted() && resolvedTheme === 'dark';
  const label = isDark ? 'Switch to light theme' : 'Switch to dark theme';
  return (
    <button
      type="button"
      onClick={() => setTheme(isDark ? 'light' : 'dark')}
      aria-label={label}
      title={label}
      className="grid size-8 place-items-center rounded-md text-soft hover:bg-sunken hover:text-ink"
    >
      <svg
        width={16}
        height={16}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        aria-hidden="true"
      >
        <circle cx={8} cy={8} r={6} />
        <path d="M8 2a6 6 0 0 1 0 12Z" fill="currentColor" stroke="none" />
      </svg>
    </button>
  );
}
