import { Card } from '@tremor/react';
import type { ReactNode } from 'react';

/** A view without data: why, and what to do. */
export function Nothing({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="grid gap-2 p-6">
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-soft">{children}</p>
    </Card>
  );
}
