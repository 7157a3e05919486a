import { Card } from '@tremor/react';
import type { Run } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { Collapsible } from '../components/collapsible.tsx';

/** What the last attempt reported: its warnings, and where an error was thrown. Absent if it reported nothing. */
export function RunLog({ run: { provenance, error } }: { run: Run }) {
  const { warnings } = (provenance ?? {}) as { warnings?: unknown };
  const lines = Array.isArray(warnings) ? warnings.filter((line) => typeof line === 'string') : [];
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (lines.length === 0 && typeof stack !== 'string') return null;
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <Collapsible
        title="Log"
        note={
          lines.length === 0
            ? undefined
            : `${integer(lines.length)} ${lines.length === 1 ? 'warning' : 'warnings'}`
        }
      >
        <ul className="grid gap-2 text-[13px]">
          {lines.map((line, index) => (
            <li
              key={index}
              className="border-l-2 border-(--status-diverged) pl-3 wrap-anywhere whitespace-pre-line"
            >
              {line}
            </li>
          ))}
        </ul>
        {typeof stack === 'string' ? (
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            aria-label="Where the error was thrown"
            className="mt-3 max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5"
          >
            {stack}
          </pre>
        ) : null}
      </Collapsible>
    </Card>
  );
}
