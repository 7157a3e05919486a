import type { SavedView } from '@sae-lab/db/reading';
import { useState, type FormEvent } from 'react';
import { BUTTON, Popover } from './popover.tsx';
import { send } from './send.ts';

interface ViewMenuProps {
  readonly views: readonly SavedView[];
  /** The query of the view on the screen. */
  readonly query: string;
  readonly onOpen: (query: string) => void;
}

/** Views of the table that were saved by name. */
export function ViewMenu({ views: initial, query, onOpen }: ViewMenuProps) {
  const [views, setViews] = useState(initial);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const change = async (method: 'PUT' | 'DELETE', body: Partial<SavedView>): Promise<void> => {
    const answer = await send(method, '/api/runs/views', body);
    setProblem(answer.problem);
    if (answer.problem === undefined) setViews(answer.data as SavedView[]);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void change('PUT', { name, query }).then(() => setName(''));
  };
  return (
    <Popover label="Views">
      {views.length === 0 ? (
        <p className="text-[13px] text-soft">Save the filter, sort order and columns under a name.</p>
      ) : (
        <ul className="max-h-60 overflow-y-auto">
          {views.map((view) => (
            <li key={view.name} className="flex items-center gap-2">
              <button
                type="button"
                className={`min-w-0 flex-1 truncate rounded px-2 py-1 text-left text-[13px] hover:bg-sunken ${view.query === query ? 'font-semibold' : ''}`}
                title={view.name}
                onClick={() => onOpen(view.query)}
              >
                <bdi>{view.name}</bdi>
              </button>
              <button
                type="button"
                aria-label={`Delete view ${view.name}`}
                title="Delete"
                className="grid size-6 shrink-0 place-items-center rounded text-soft hover:bg-sunken hover:text-ink"
                onClick={() => void change('DELETE', { name: view.name })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <form className="mt-2 flex gap-2 border-t border-line pt-2" onSubmit={onSubmit}>
        <input
          aria-label="Name of the view"
          placeholder="Name"
          required
          maxLength={300}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2 py-1 text-[13px] placeholder:text-soft"
        />
        <button type="submit" className={BUTTON}>
          Save view
        </button>
      </form>
      {problem === undefined ? null : (
        <p role="alert" className="mt-2 text-[13px]">
          {problem}
        </p>
      )}
    </Popover>
  );
}
