import { useState, type ReactNode } from 'react';

interface TableDetailsProps {
  readonly summary: string;
  /** In the small text of a small chart. */
  readonly compact?: boolean;
  readonly children: ReactNode;
}

/** A table behind a chart. It is rendered when the reader opens it, since it may have hundreds of rows. */
export function TableDetails({ summary, compact = false, children }: TableDetailsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={`cursor-pointer text-accent ${compact ? 'text-xs' : 'text-[13px]'}`}>
        {summary}
      </summary>
      {isOpen ? (
        <div className={`grid grid-cols-1 gap-3 ${compact ? 'mt-2' : 'mt-3'}`}>{children}</div>
      ) : null}
    </details>
  );
}
