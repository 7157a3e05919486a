'use client';

import { useState } from 'react';

/** Copies a text. Says so for a moment. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState<boolean>();
  const copy = async (): Promise<void> => {
    // Absent on pages that are not served over HTTPS or from this machine.
    setCopied(
      await navigator.clipboard?.writeText(text).then(
        () => true,
        () => false,
      ),
    );
    setTimeout(() => setCopied(undefined), 2000);
  };
  return (
    <button
      type="button"
      aria-label={`Copy ${what}`}
      onClick={() => void copy()}
      className="shrink-0 rounded border border-line px-1.5 text-xs text-soft hover:bg-sunken hover:text-ink"
    >
      <span aria-live="polite">
        {copied === undefined ? 'Copy' : copied ? 'Copied' : 'Select it by hand'}
      </span>
    </button>
  );
}
