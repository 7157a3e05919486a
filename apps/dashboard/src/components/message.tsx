import { Card } from '@tremor/react';
import type { ReactNode } from 'react';

/** A page with nothing to show: why, and what to do. */
export function Message({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="mx-auto mt-8 grid max-w-2xl gap-3 p-6">
      <h1 className="text-lg font-semibold">{title}</h1>
      <div className="grid gap-3 text-soft">{children}</div>
    </Card>
  );
}

/** A command to type in a terminal. */
export function Command({ children }: { children: string }) {
  return (
    <code className="block overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-[13px] text-ink">
      {children}
    </code>
  );
}
