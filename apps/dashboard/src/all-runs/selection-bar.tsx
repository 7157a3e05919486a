import { integer } from '@sae-lab/measures';
import { useState, type FormEvent } from 'react';
import { BUTTON } from './popover.tsx';
import { send } from './send.ts';
import { MOST_SELECTED } from './table-state.ts';

interface SelectionBarProps {
  readonly selected: readonly number[];
  readonly onClear: () => void;
  /** Shows only these runs. */
  readonly onOnly: () => void;
  /** Compares all runs with the one that is selected. */
  readonly onBaseline: (id: number) => void;
  /** Reads the table again, after the tags changed. */
  readonly onTagged: () => Promise<void>;
}

/** What can be done with the selected runs. Absent while none is selected. */
export function SelectionBar({ selected, onClear, onOnly, onBaseline, onTagged }: SelectionBarProps) {
  const [tag, setTag] = useState('');
  const [problem, setProblem] = useState<string>();
  if (selected.length === 0) return null;
  const change = async (method: 'PUT' | 'DELETE'): Promise<void> => {
    const answer = await send(method, '/api/runs/tags', { runIds: selected, tag });
    setProblem(answer.problem);
    if (answer.problem !== undefined) return;
    setTag('');
    await onTagged();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void change('PUT');
  };
  return (
    <section
      aria-label="Selected runs"
      className="sticky bottom-3 z-30 mx-auto flex max-w-full items-center gap-2 overflow-x-auto rounded-lg border border-line-strong bg-surface px-3 py-2 text-[13px] whitespace-nowrap shadow-lg"
    >
      <strong className="mr-1">
        {integer(selected.length)} selected
        {selected.length >= MOST_SELECTED ? ' (the most that an address holds)' : ''}
      </strong>
      <button type="button" className={BUTTON} onClick={onOnly}>
        Show only these
      </button>
      {selected.length === 1 ? (
        <button type="button" className={BUTTON} onClick={() => onBaseline(selected[0]!)}>
          Use as baseline
        </button>
      ) : null}
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
          onClick={() => void change('DELETE')}
        >
          Remove tag
        </button>
      </form>
      <button type="button" className={BUTTON} onClick={onClear}>
        Clear
      </button>
      {problem === undefined ? null : <p role="alert">{problem}</p>}
    </section>
  );
}
