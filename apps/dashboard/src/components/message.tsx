import { Card } from '@tremor/react';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

/** A page with nothing to show: why, and what to do. */
export function Message({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="mx-auto mt-8 grid max-w-2xl gap-3 p-6">
      <h1 className="text-lg font-semibold">{title}</h1>
      <div className="grid gap-3 text-soft">{children}</div>
    </Card>
  );
}

interface CommandProps {
  readonly children: string;
  /** What it is, if it is not typed in a terminal. */
  readonly what?: string;
}

/** A command to type in a terminal, with a button that copies it. */
export function Command({ children, what = 'the command' }: CommandProps) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      <code className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-[13px] whitespace-nowrap text-ink">
        {children}
      </code>
      <CopyButton text={children} what={what} />
    </div>
  );
}
