'use client';

import type { SaeSubject } from '@sae-lab/db/reading';
import { Card } from '@tremor/react';
import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { BUTTON } from '../../all-runs/popover.tsx';
import { useAction } from '../../requests/use-action.ts';
import { subjectPath } from '../../saes/subject.ts';
import type { LatentDetails } from './load-latent.ts';

const FIELD =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-[13px] placeholder:text-soft';
const scoreText = formatOf(LATENT_MEASURES.score);
/** Where the browser keeps the reader's name. */
const AUTHOR = 'sae-lab-author';

interface LatentNotesProps {
  readonly details: LatentDetails;
  readonly subject: SaeSubject;
}

/** What people and language models call the latent, what people note about it, and a form to add to it. */
export function LatentNotes({ details, subject }: LatentNotesProps) {
  const { latent, notes, explanations } = details;
  const { act, busy, problem } = useAction();
  const path = `/api${subjectPath(subject)}/latents/${latent}/notes`;
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Labels and notes</h2>
      {notes.length === 0 && explanations.length === 0 ? (
        <p className="mt-1 text-[13px] text-soft">Nobody has described this latent yet.</p>
      ) : (
        <ul aria-label="Labels and notes" className="mt-2 grid grid-cols-1 divide-y divide-line">
          {notes.map(({ id, kind, text, author, when }) => (
            <li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1.5">
              <span
                dir="auto"
                className={`text-[13px] wrap-anywhere whitespace-pre-wrap ${kind === 'label' ? 'font-medium' : ''}`}
              >
                {text}
              </span>
              <span className="text-xs text-soft">
                {kind} by <bdi>{author === '' ? 'someone' : author}</bdi>, {when}
              </span>
              <button
                type="button"
                aria-label={`Delete the ${kind} “${text.slice(0, 40)}”`}
                disabled={busy}
                className="text-xs text-soft hover:text-ink hover:underline"
                onClick={() => void act('DELETE', path, { id })}
              >
                Delete
              </button>
            </li>
          ))}
          {explanations.map(
            ({ model, promptVersion, label, score, judged, promptTokens, completionTokens, when }) => (
              <li
                key={`${model} ${promptVersion}`}
                className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1.5"
              >
                <span dir="auto" className="text-[13px] wrap-anywhere italic">
                  {label}
                </span>
                <span className="text-xs text-soft" title={LATENT_MEASURES.score.meaning}>
                  {score === null ? 'not scored' : `score ${scoreText(score)} on ${integer(judged)} examples`}
                  , by {model}, prompts {promptVersion}, {integer(promptTokens + completionTokens)} tokens,{' '}
                  {when}
                </span>
              </li>
            ),
          )}
        </ul>
      )}
      <NoteForm busy={busy} onSend={async (note) => (await act('POST', path, note)).problem === undefined} />
      {problem === undefined ? null : (
        <p role="alert" className="mt-2 text-[13px]">
          {problem}
        </p>
      )}
    </Card>
  );
}

interface NoteFormProps {
  readonly busy: boolean;
  /** @returns whether it was stored */
  readonly onSend: (note: { kind: string; text: string; author: string }) => Promise<boolean>;
}

function NoteForm({ busy, onSend }: NoteFormProps) {
  const [kind, setKind] = useState('label');
  const [text, setText] = useState('');
  const stored = useSyncExternalStore(
    () => () => undefined,
    () => localStorage.getItem(AUTHOR) ?? '',
    () => '',
  );
  const [typed, setTyped] = useState<string>();
  const author = typed ?? stored;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    localStorage.setItem(AUTHOR, author);
    if (await onSend({ kind, text, author })) setText('');
  };
  return (
    <form className="mt-3 grid gap-2" onSubmit={(event) => void save(event)}>
      <div className="flex flex-wrap items-center gap-3">
        <div role="radiogroup" aria-label="Kind" className="flex gap-3 text-[13px]">
          {(['label', 'note'] as const).map((value) => (
            <label key={value} className="flex items-center gap-1.5">
              <input
                type="radio"
                name="kind"
                value={value}
                checked={kind === value}
                onChange={() => setKind(value)}
              />
              {value === 'label' ? 'Label' : 'Note'}
            </label>
          ))}
        </div>
        <input
          aria-label="Your name (optional)"
          placeholder="Your name (optional)"
          maxLength={100}
          value={author}
          onChange={(event) => setTyped(event.target.value)}
          className={`${FIELD} max-w-48 flex-1`}
        />
      </div>
      <div className="flex items-start gap-2">
        {kind === 'label' ? (
          <input
            aria-label="Label"
            required
            maxLength={300}
            placeholder="What it fires on, in a few words"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={FIELD}
          />
        ) : (
          <textarea
            aria-label="Note"
            required
            rows={3}
            maxLength={20_000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={FIELD}
          />
        )}
        <button type="submit" className={BUTTON} disabled={busy || text.trim() === ''}>
          Save
        </button>
      </div>
    </form>
  );
}
