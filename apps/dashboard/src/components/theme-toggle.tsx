'use client';

import { currentTheme, useTheme } from '../charts/use-theme.ts';
import { THEME_KEY } from './theme-script.ts';

export function ThemeToggle() {
  const theme = useTheme();
  const toggle = () => {
    const next = currentTheme() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(THEME_KEY, next);
  };
  return (
    <button
      type="button"
      onClick={toggle}
      aria-label={theme === 'dark' ? 'Use light colours' : 'Use dark colours'}
      title={theme === 'dark' ? 'Use light colours' : 'Use dark colours'}
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
