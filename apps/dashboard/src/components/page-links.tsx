import Link from 'next/link';
import type { ReactNode } from 'react';

export interface LinkedPage {
  readonly name: string;
  readonly href: string;
}

interface PageLinksProps {
  /** What the pages are of, for screen readers. */
  readonly label: string;
  readonly pages: readonly LinkedPage[];
  /** The name of the page that is shown; on a page below one of these, none. */
  readonly current?: string;
  readonly children?: ReactNode;
}

/** Links between the pages of one run or one sweep. */
export function PageLinks({ label, pages, current, children }: PageLinksProps) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
      {pages.map(({ name, href }) =>
        name === current ? (
          <span key={name} aria-current="page" className="font-medium">
            {name}
          </span>
        ) : (
          <Link key={name} href={href} prefetch={false} className="text-accent hover:underline">
            {name}
          </Link>
        ),
      )}
      {children}
    </nav>
  );
}
