import { Card } from '@tremor/react';
import type { ReactNode } from 'react';
import { Collapsible } from '../components/collapsible.tsx';

/** @param isDefault the value that the setting has without being set: it is dimmed */
export type Fact = readonly [label: string, value: ReactNode, isDefault?: boolean];

export interface FactGroup {
  /** Absent for the first group of a card, which has the card's title. */
  readonly title?: string;
  readonly facts: readonly Fact[];
  /** The same in sentences, above. */
  readonly words?: string;
}

/** Groups of labels and values in two columns. Long values (hashes, paths) break instead of widening the page. */
export function Facts({
  title,
  note,
  groups,
}: {
  title: string;
  note?: string;
  groups: readonly FactGroup[];
}) {
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <Collapsible title={title} note={note}>
        <div className="grid grid-cols-1 gap-4">
          {groups
            .filter(({ facts }) => facts.length > 0)
            .map((group) => (
              <section key={group.title ?? ''}>
                {group.title === undefined ? null : (
                  <h3 className="mb-1 text-[13px] font-medium">{group.title}</h3>
                )}
                {group.words === undefined ? null : <p className="mb-1.5 text-[13px]">{group.words}</p>}
                <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-5 gap-y-1 text-[13px] sm:grid-cols-[10.5rem_minmax(0,1fr)]">
                  {group.facts.map(([label, value, isDefault = false]) => (
                    <div key={label} className="contents">
                      <dt className="text-soft wrap-anywhere">{label}</dt>
                      <dd
                        className={`min-w-0 wrap-anywhere ${isDefault ? 'text-soft italic' : ''}`}
                        {...(isDefault && { title: 'The default' })}
                      >
                        {value}
                      </dd>
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
