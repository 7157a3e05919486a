'use client';

import { TableRow } from '@tremor/react';
import { useRouter } from 'next/navigation';
import type { MouseEvent, ReactNode } from 'react';

interface LinkedRowProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** The background of the first cell, which covers the others as they scroll, follows that of the row. */
export const FIRST_CELL =
  'sticky left-0 z-1 bg-surface group-hover:bg-[color-mix(in_srgb,var(--sunken)_60%,var(--surface))]';

/**
 * A row that opens a page wherever it is clicked. One of its cells has the link itself, for the keyboard and screen
 * readers.
 */
export function LinkedRow({ href, children }: LinkedRowProps) {
  const router = useRouter();
  const open = (event: MouseEvent<HTMLTableRowElement>): void => {
    const isOwn = (event.target as Element).closest('a, button') !== null;
    // Text that was selected is to be copied.
    if (isOwn || getSelection()?.isCollapsed === false) return;
    if (event.metaKey || event.ctrlKey) window.open(href);
    else router.push(href);
  };
  return (
    <TableRow className="group cursor-pointer hover:bg-sunken/60" onClick={open}>
      {children}
    </TableRow>
  );
}
