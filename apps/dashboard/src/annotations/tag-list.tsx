'use client';

import { useState, type FormEvent } from 'react';
import { useAction } from '../requests/use-action.ts';

interface TagListProps {
  readonly tags: readonly string[];
  /** Where tags are stored: PUT adds `{ ...body, tag }`, DELETE removes it. */
  readonly path: string;
  readonly body?: object;
}

const CHIP =
  'inline-flex max-w-60 items-center gap-1 rounded-full border border-line bg-sunken px-2 text-xs leading-5';

/** The tags of a sweep or a run, with what adds and removes them. */
export function TagList({ tags, path, body }: TagListProps) {
  const [draft, setDraft] = useState<string>();
  const { act, busy, problem } = useAction();
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { problem: refused } = await act('PUT', path, { ...body, tag: draft });
    if (refused === undefined) setDraft(undefined);
  };
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <ul aria-label="Tags" className="contents">
        {tags.map((tag) => (
          <li key={tag} className={CHIP}>
            <span className="truncate" dir="auto" title={tag}>
              {tag}
            </span>
            <button
              type="button"
              aria-label={`Remove tag ${tag}`}
              disabled={busy}
              className="-mr-1 rounded-full px-1 text-soft hover:text-ink"
              onClick={() => void act('DELETE', path, { ...body, tag })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {draft === undefined ? (
        <button
          type="button"
          className="rounded-full border border-dashed border-line-strong px-2 text-xs leading-5 text-soft hover:text-ink"
          onClick={() => setDraft('')}
        >
          Add tag
        </button>
      ) : (
        <form onSubmit={(event) => void add(event)}>
          <input
            aria-label="Tag"
            // The reader has just asked to write.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            required
            maxLength={300}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setDraft(undefined)}
            onBlur={() => draft.trim() === '' && setDraft(undefined)}
            placeholder="Tag, then Enter"
            className="w-36 rounded-full border border-line-strong bg-surface px-2 text-xs leading-5 placeholder:text-soft"
          />
        </form>
      )}
      {problem === undefined ? null : (
        <span role="alert" className="text-xs">
          {problem}
        </span>
      )}
    </div>
  );
}
