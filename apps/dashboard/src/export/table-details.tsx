'use client';

import { useState, type ReactNode } from 'react';

/** A table behind a chart. It is rendered when the reader opens it, since it may have hundreds of rows. */
export function TableDetails({ summary, children }: { summary: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer text-[13px] text-accent">{summary}</summary>
      {isOpen ? <div className="mt-3">{children}</div> : null}
    </details>
  );
}
