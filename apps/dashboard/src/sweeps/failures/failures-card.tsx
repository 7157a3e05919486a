import { Card } from '@tremor/react';
import { capitalised, integer } from '@sae-lab/measures';
import Link from 'next/link';
import { CodeText } from '../../components/code-text.tsx';
import { Collapsible } from '../../components/collapsible.tsx';
import { statusColor } from '../../components/status.ts';
import { RetryButton } from '../../runs/actions/retry-button.tsx';
import type { FailureGroup } from './failure-groups.ts';

/** Problems and runs of a group that are listed; the rest are counted. */
const MOST_LISTED = 5;

/** Why runs failed or diverged, one entry for each cause. */
export function FailuresCard({ groups }: { groups: readonly FailureGroup[] }) {
  if (groups.length === 0) return null;
  const runs = groups.reduce((sum, { runIds }) => sum + runIds.length, 0);
  return (
    <Card className="p-4 sm:p-5">
      <Collapsible
        title="Failures"
        note={`${integer(runs)} ${runs === 1 ? 'run' : 'runs'}, ${integer(groups.length)} ${groups.length === 1 ? 'cause' : 'causes'}`}
      >
        <ul className="grid gap-4">
          {groups.map((group) => (
            <li
              key={`${group.code} ${group.fix}`}
              className="grid gap-1 border-l-2 pl-3 text-[13px]"
              style={{ borderColor: statusColor(group.status) }}
            >
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3 className="font-medium">{group.meaning ?? group.code}</h3>
                <code className="font-mono text-xs text-soft">{group.code}</code>
                <RetryButton runIds={group.runIds} small />
              </div>
              {group.problems.slice(0, MOST_LISTED).map(({ text, runs: count }) => (
                <p
                  key={text}
                  className="line-clamp-4 wrap-anywhere whitespace-pre-line text-soft"
                  title={text}
                >
                  {count > 1 ? `${integer(count)} × ` : ''}
                  {capitalised(text)}
                </p>
              ))}
              {group.problems.length > MOST_LISTED ? (
                <p className="text-soft">and {integer(group.problems.length - MOST_LISTED)} other texts</p>
              ) : null}
              {group.fix === undefined ? null : (
                <p>
                  <CodeText text={group.fix} />
                </p>
              )}
              <p className="text-soft">
                {group.runIds.length === 1 ? 'Run ' : 'Runs '}
                {group.runIds.slice(0, MOST_LISTED).map((id, index) => (
                  <span key={id}>
                    {index > 0 ? ', ' : ''}
                    <Link href={`/runs/${id}`} prefetch={false} className="text-accent underline">
                      {id}
                    </Link>
                  </span>
                ))}
                {group.runIds.length > MOST_LISTED
                  ? ` and ${integer(group.runIds.length - MOST_LISTED)} more`
                  : ''}
              </p>
            </li>
          ))}
        </ul>
      </Collapsible>
    </Card>
  );
}
