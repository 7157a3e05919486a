import { Card } from '@tremor/react';
import type { AttemptLog, LogLine, Run } from '@sae-lab/db/reading';
import { integer } from '@sae-lab/measures';
import { Collapsible } from '../components/collapsible.tsx';
import { instant, timeOfDay } from '../format/time.ts';

interface RunLogProps {
  readonly run: Run;
  /** The last attempt first. */
  readonly logs: readonly AttemptLog[];
}

const SOURCES: Readonly<Record<LogLine['from'], { readonly name: string; readonly style: string }>> = {
  run: { name: 'run', style: 'text-soft' },
  output: { name: 'output', style: '' },
  error: { name: 'error', style: 'text-(--status-failed)' },
  warning: { name: 'warning', style: 'text-(--status-diverged)' },
};

/**
 * What the attempts at the run reported, what their worker processes printed, and where an error was thrown. Absent if
 * there is nothing.
 */
export function RunLog({ run: { provenance, error }, logs }: RunLogProps) {
  // Runs of older versions have only the warnings of their last attempt.
  const { warnings } = (provenance ?? {}) as { warnings?: unknown };
  const older = Array.isArray(warnings) && logs.length === 0 ? warnings : [];
  const texts = older.filter((line) => typeof line === 'string');
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (logs.length === 0 && texts.length === 0 && typeof stack !== 'string') return null;
  const lines = logs.reduce((sum, log) => sum + log.lines.length, 0) + texts.length;
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <Collapsible
        title="Log"
        note={lines === 0 ? undefined : `${integer(lines)} ${lines === 1 ? 'line' : 'lines'}`}
      >
        <div className="grid gap-4">
          {logs.map((log) => (
            <AttemptLines key={log.attempt} log={log} isNamed={logs.length > 1} />
          ))}
          {texts.length > 0 ? (
            <ul className="grid gap-2 text-[13px]">
              {texts.map((line, index) => (
                <li
                  key={index}
                  className="border-l-2 border-(--status-diverged) pl-3 wrap-anywhere whitespace-pre-line"
                >
                  {line}
                </li>
              ))}
            </ul>
          ) : null}
        </div>
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

function AttemptLines({ log: { attempt, lines, cut }, isNamed }: { log: AttemptLog; isNamed: boolean }) {
  return (
    <section className="grid min-w-0 gap-1">
      {isNamed ? <h3 className="text-[13px] font-medium">Attempt {attempt}</h3> : null}
      {cut > 0 ? (
        <p className="text-xs text-soft">
          The first {cut === 1 ? 'line is' : `${integer(cut)} lines are`} not kept: the log of an attempt
          keeps its last 64,000 characters, 1,000 lines at most.
        </p>
      ) : null}
      <ol
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard can scroll it
        tabIndex={0}
        aria-label={`Log of attempt ${attempt}`}
        className="grid max-h-80 gap-x-3 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5"
      >
        {lines.map(({ at, from, text }, index) => (
          <li key={index} className="flex gap-3">
            <time
              dateTime={new Date(at).toISOString()}
              title={instant(new Date(at))}
              className="shrink-0 text-soft tabular-nums"
            >
              {timeOfDay(new Date(at))}
            </time>
            <span className="w-[7ch] shrink-0 text-soft">{SOURCES[from].name}</span>
            <span className={`min-w-0 wrap-anywhere whitespace-pre-wrap ${SOURCES[from].style}`}>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
