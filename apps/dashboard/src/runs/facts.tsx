import { Card } from '@tremor/react';
import type { ReactNode } from 'react';

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values in two columns. Long values (hashes, paths) break rather than widen the page. */
export function Facts({
  title,
  facts,
  children,
}: {
  title: string;
  facts: readonly Fact[];
  children?: ReactNode;
}) {
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="mb-3 text-base font-semibold">{title}</h2>
      <dl className="grid gap-x-5 gap-y-1 sm:grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] text-[13px]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 wrap-anywhere max-sm:mb-1.5">{value}</dd>
          </div>
        ))}
      </dl>
      {children}
    </Card>
  );
}
