import type { ComponentProps, ReactNode } from 'react';
import { ExportMenu } from './export-menu.tsx';

interface ExportFooterProps extends ComponentProps<typeof ExportMenu> {
  readonly captionAs?: 'p' | 'figcaption';
  /** Replaces the caption of the table on the page. */
  readonly children?: ReactNode;
}

/** The end of a figure or a table: what it shows, and the buttons that save it. */
export function ExportFooter({ children, captionAs: Caption = 'p', ...menu }: ExportFooterProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <Caption className="max-w-3xl min-w-0 text-xs text-soft wrap-anywhere">
        {children ?? menu.table.caption}
      </Caption>
      <ExportMenu {...menu} />
    </div>
  );
}

/** The same at the bottom of a card that is a table from edge to edge. */
export function TableFooter(menu: ComponentProps<typeof ExportMenu>) {
  return (
    <div className="border-t border-line px-4 py-3 sm:px-5">
      <ExportFooter {...menu} />
    </div>
  );
}
