'use client';

import { useState } from 'react';
import { useAction } from '../../requests/use-action.ts';

interface PriorityFieldProps {
  readonly sweepId: number;
  readonly priority: number;
  readonly highest: number;
}

/** How early workers take the runs of a sweep in the queue. */
export function PriorityField({ sweepId, priority, highest }: PriorityFieldProps) {
  const { act, busy, problem } = useAction();
  const [text, setText] = useState<string>();
  const [refused, setRefused] = useState<string>();
  // What was stored here, until the page has read it.
  const [stored, setStored] = useState<number>();
  const [read, setRead] = useState(priority);
  if (read !== priority) {
    setRead(priority);
    setStored(undefined);
  }
  const shown = stored ?? priority;
  const apply = async (): Promise<void> => {
    if (text === undefined) return;
    const wanted = Number(text);
    const isPriority = /^\d+$/.test(text.trim()) && wanted <= highest;
    setRefused(isPriority ? undefined : `Write a whole number from 0 to ${highest}.`);
    if (!isPriority) return;
    if (wanted !== shown) {
      const sent = await act('PUT', `/api/sweeps/${sweepId}`, { priority: wanted });
      if (sent.problem === undefined) setStored(wanted);
    }
    setText(undefined);
  };
  const said = refused ?? problem;
  return (
    <div className="flex flex-wrap items-center gap-2 text-[13px] text-soft sm:ml-auto">
      {said === undefined ? null : (
        <span role="alert" className="text-ink">
          {said}
        </span>
      )}
      <label
        className="flex items-center gap-2"
        title="Of the runs that wait, workers take those of the sweep with the highest number first."
      >
        Priority
        <input
          inputMode="numeric"
          value={text ?? String(shown)}
          disabled={busy}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void apply()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void apply();
            if (event.key === 'Escape') {
              setText(undefined);
              setRefused(undefined);
            }
          }}
          className="w-16 rounded-md border border-line-strong bg-surface px-2 py-1 text-ink tabular-nums"
        />
        highest first
      </label>
    </div>
  );
}
