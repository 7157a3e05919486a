import { Card } from '@tremor/react';
import type { ReactNode } from 'react';
import { Collapsible } from '../components/collapsible.tsx';

export type Fact = readonly [label: string, value: ReactNode];

export interface FactGroup {
  /** Absent for the first group of a card, which has the card's title. */
  readonly title?: string;
  readonly facts: readonly Fact[];
}

/** Groups of labels and values in two columns. Long values (hashes, paths) break instead of widening the page. */
export function Facts({ title, groups }: { title: string; groups: readonly FactGroup[] }) {
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <Collapsible title={title}>
        <div className="grid grid-cols-1 gap-4">
          {groups
            .filter(({ facts }) => facts.length > 0)
            .map((group) => (
              <section key={group.title ?? ''}>
                {group.title === undefined ? null : (
                  <h3 className="mb-1 text-[13px] font-medium">{group.title}</h3>
                )}
                <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-5 gap-y-1 text-[13px] sm:grid-cols-[10.5rem_minmax(0,1fr)]">
                  {group.facts.map(([label, value]) => (
                    <div key={label} className="contents">
                      <dt className="text-soft wrap-anywhere">{label}</dt>
                      <dd className="min-w-0 wrap-anywhere">{value}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
        </div>
      </Collapsible>
    </Card>
  );
}
