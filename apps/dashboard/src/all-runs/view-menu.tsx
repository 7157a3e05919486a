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
  const [renamed, setRenamed] = useState<string>();
  const [deleted, setDeleted] = useState<SavedView>();
  const change = async (method: 'PUT' | 'DELETE', body: object): Promise<boolean> => {
    const answer = await send(method, '/api/runs/views', body);
    setProblem(answer.problem);
    if (answer.problem === undefined) setViews(answer.data as SavedView[]);
    return answer.problem === undefined;
  };
  const onSave = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await change('PUT', { name, query })) setName('');
  };
  const onDelete = async (view: SavedView): Promise<void> => {
    if (await change('DELETE', { name: view.name })) setDeleted(view);
  };
  const onUndo = async (view: SavedView): Promise<void> => {
    if (await change('PUT', view)) setDeleted(undefined);
  };
  const onRename = async (view: SavedView, newName: string): Promise<void> => {
    if (newName === view.name || (await change('PUT', { name: view.name, newName }))) setRenamed(undefined);
  };
  return (
    <Popover label="Views">
      {views.length === 0 ? (
        <p className="text-[13px] text-soft">
          Save the filter, sort order, groups, colours and columns under a name.
        </p>
      ) : (
        <ul className="-m-1 max-h-60 overflow-y-auto p-1">
          {views.map((view) => (
            <li key={view.name} className="flex items-center gap-1">
              {renamed === view.name ? (
                <NewName
                  name={view.name}
                  onRename={(newName) => void onRename(view, newName)}
                  onCancel={() => setRenamed(undefined)}
                />
              ) : (
                <>
                  <button
                    type="button"
                    className={`min-w-0 flex-1 truncate rounded px-2 py-1 text-left text-[13px] hover:bg-sunken ${view.query === query ? 'font-semibold' : ''}`}
                    title={view.name}
                    onClick={() => onOpen(view.query)}
                  >
                    <bdi>{view.name}</bdi>
                  </button>
                  <Small label={`Rename view ${view.name}`} onClick={() => setRenamed(view.name)}>
                    <svg width={12} height={12} viewBox="0 0 12 12" aria-hidden="true">
                      <path
                        d="M1.5,10.5L2.2,7.8L8,2L10,4L4.2,9.8ZM7,3L9,5"
                        fill="none"
                        stroke="currentColor"
                      />
                    </svg>
                  </Small>
                  <Small label={`Delete view ${view.name}`} onClick={() => void onDelete(view)}>
                    ×
                  </Small>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {deleted ? (
        <p role="status" aria-label="Deleted view" className="mt-1 flex gap-1 px-2 text-[13px] text-soft">
          <span className="min-w-0 truncate">
            Deleted <bdi>{deleted.name}</bdi>.
          </span>
          <button type="button" className="text-accent hover:underline" onClick={() => void onUndo(deleted)}>
            Undo
          </button>
        </p>
      ) : null}
      <form className="mt-2 flex gap-2 border-t border-line pt-2" onSubmit={(event) => void onSave(event)}>
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

interface NewNameProps {
  readonly name: string;
  readonly onRename: (newName: string) => void;
  readonly onCancel: () => void;
}

/** Enter renames, Escape does not. */
function NewName({ name, onRename, onCancel }: NewNameProps) {
  const [text, setText] = useState(name);
  return (
    <form
      className="flex min-w-0 flex-1 gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        onRename(text.trim());
      }}
    >
      <input
        aria-label={`New name of ${name}`}
        required
        maxLength={300}
        value={text}
        ref={(input) => input?.focus()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          // The menu stays open.
          event.nativeEvent.stopImmediatePropagation();
          onCancel();
        }}
        className="min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2 py-1 text-[13px]"
      />
      <button type="submit" className={BUTTON}>
        Rename
      </button>
    </form>
  );
}

interface SmallProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Small({ label, onClick, children }: SmallProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="grid size-6 shrink-0 place-items-center rounded text-soft hover:bg-sunken hover:text-ink"
      onClick={onClick}
    >
      {children}
    </button>
  );
}
