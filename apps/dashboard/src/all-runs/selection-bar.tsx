import { integer } from '@sae-lab/measures';
import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import { BUTTON } from './popover.tsx';
import { send } from './send.ts';
import { MOST_SELECTED } from './table-state.ts';
import type { Selection } from './use-selection.ts';

interface SelectionBarProps {
  readonly selection: Selection;
  /** Number of runs that pass the filter. */
  readonly runs: number;
  /** The only selected run, if there is one. */
  readonly single: number | undefined;
  /** Shows only these runs. */
  readonly onOnly: () => void;
  /** Shows differences to a run. */
  readonly onBaseline: (id: number) => void;
  /** Reads the table again, after the tags changed. */
  readonly onTagged: () => Promise<void>;
}

/** A change of tags that can be taken back. */
interface Done {
  readonly text: string;
  readonly undo: { readonly method: 'PUT' | 'DELETE'; readonly body: object } | undefined;
}

/** What can be done with the selected runs. Absent while none is selected. */
export function SelectionBar({ selection, runs, single, onOnly, onBaseline, onTagged }: SelectionBarProps) {
  const [tag, setTag] = useState('');
  const [problem, setProblem] = useState<string>();
  const [done, setDone] = useState<Done>();
  const { count, isAll } = selection;
  if (count === 0) return null;
  const change = async (method: 'PUT' | 'DELETE', body: object): Promise<number[] | undefined> => {
    const answer = await send(method, '/api/runs/tags', body);
    setProblem(answer.problem);
    if (answer.problem !== undefined) return undefined;
    await onTagged();
    return (answer.data as { runIds: number[] }).runIds;
  };
  const apply = async (method: 'PUT' | 'DELETE'): Promise<void> => {
    const name = tag.trim();
    const runIds = await change(method, { filter: selection.filter, tag: name });
    if (runIds === undefined) return;
    setTag('');
    const back = method === 'PUT' ? 'DELETE' : 'PUT';
    setDone({
      text: `${method === 'PUT' ? 'Tagged' : 'Untagged'} ${runsText(runIds.length)}.`,
      undo: runIds.length === 0 ? undefined : { method: back, body: { runIds, tag: name } },
    });
  };
  const undo = async ({ method, body }: NonNullable<Done['undo']>): Promise<void> => {
    if (await change(method, body)) setDone({ text: 'Undone.', undo: undefined });
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void apply('PUT');
  };
  const cannot =
    count < 2
      ? 'Select at least 2 runs'
      : `At most ${MOST_SELECTED} runs can be compared: filter or deselect some`;
  return (
    <section
      aria-label="Selected runs"
      className="sticky bottom-3 z-30 mx-auto flex max-w-full items-center gap-2 overflow-x-auto rounded-lg border border-line-strong bg-surface px-3 py-2 text-[13px] whitespace-nowrap shadow-lg"
    >
      <strong className="mr-1">
        {integer(count)} selected
        {!isAll && count >= MOST_SELECTED ? ' (the most that an address holds)' : ''}
      </strong>
      {selection.comparePath === undefined ? (
        <span role="link" aria-disabled="true" title={cannot} className={`${BUTTON} text-soft`}>
          Compare (2 to {MOST_SELECTED})
        </span>
      ) : (
        <Link
          href={selection.comparePath}
          prefetch={false}
          className="rounded-md bg-accent px-2.5 py-1.5 font-medium text-[var(--surface)] hover:opacity-90"
        >
          Compare
        </Link>
      )}
      {isAll || count === runs ? null : (
        <button type="button" className={BUTTON} onClick={selection.toggleAll}>
          Select all {integer(runs)}
        </button>
      )}
      <button type="button" className={BUTTON} onClick={onOnly}>
        Show only these
      </button>
      {single === undefined ? null : (
        <button type="button" className={BUTTON} onClick={() => onBaseline(single)}>
          Use as baseline
        </button>
      )}
      <form className="flex gap-2" onSubmit={onSubmit}>
        <input
          aria-label="Tag"
          placeholder="Tag"
          required
          maxLength={300}
          value={tag}
          onChange={(event) => setTag(event.target.value)}
          className="w-28 rounded-md border border-line-strong bg-surface px-2 py-1 placeholder:text-soft"
        />
        <button type="submit" className={BUTTON}>
          Add tag
        </button>
        <button
          type="button"
          className={BUTTON}
          disabled={tag.trim() === ''}
          onClick={() => void apply('DELETE')}
        >
          Remove tag
        </button>
      </form>
      {done ? (
        <span role="status" aria-label="Last change" className="text-soft">
          {done.text}{' '}
          {done.undo ? (
            <button
              type="button"
              className="text-accent hover:underline"
              onClick={() => void undo(done.undo!)}
            >
              Undo
            </button>
          ) : null}
        </span>
      ) : null}
      <button type="button" className={BUTTON} onClick={selection.clear}>
        Clear
      </button>
      {(problem ?? selection.problem) === undefined ? null : (
        <p role="alert">{problem ?? selection.problem}</p>
      )}
    </section>
  );
}

function runsText(count: number): string {
  return count === 1 ? '1 run' : `${integer(count)} runs`;
}
