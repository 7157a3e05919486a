'use client';

import { useState, type KeyboardEvent } from 'react';
import { BUTTON } from '../all-runs/popover.tsx';
import { useAction } from '../requests/use-action.ts';

/** Notes that readers write about a sweep or a run. `path` is where they are stored. */
export function Notes({ notes, path }: { notes: string; path: string }) {
  /** The text that is being written; undefined while the notes are only shown. */
  const [draft, setDraft] = useState<string>();
  const { act, busy, problem } = useAction();
  if (draft === undefined) {
    return notes === '' ? (
      <button
        type="button"
        className="justify-self-start text-[13px] text-accent hover:underline"
        onClick={() => setDraft('')}
      >
        Add notes
      </button>
    ) : (
      <div className="flex max-w-[75ch] flex-wrap items-baseline gap-x-3 text-[13px]">
        <p aria-label="Notes" className="wrap-anywhere whitespace-pre-wrap">
          {notes}
        </p>
        <button type="button" className="text-accent hover:underline" onClick={() => setDraft(notes)}>
          Edit notes
        </button>
      </div>
    );
  }
  const save = async (): Promise<void> => {
    const { problem: refused } = await act('PUT', path, { notes: draft });
    if (refused === undefined) setDraft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setDraft(undefined);
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void save();
  };
  return (
    <form
      className="grid max-w-[75ch] gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        aria-label="Notes"
        // The reader has just asked to write.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        rows={Math.min(12, Math.max(3, draft.split('\n').length + 1))}
        maxLength={20_000}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-full rounded-md border border-line-strong bg-surface px-2.5 py-2 text-[13px]"
      />
      <div className="flex items-center gap-2">
        <button type="submit" className={BUTTON} disabled={busy}>
          Save notes
        </button>
        <button type="button" className={BUTTON} onClick={() => setDraft(undefined)}>
          Discard
        </button>
        {problem === undefined ? null : (
          <span role="alert" className="text-[13px]">
            {problem}
          </span>
        )}
      </div>
    </form>
  );
}
