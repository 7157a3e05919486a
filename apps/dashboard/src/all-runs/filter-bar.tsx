'use client';

import { checkFilter, completionAt, parseFilter, type RunKey, type Span } from '@sae-lab/db/filter';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import type { PageProblem } from './load-page.ts';
import { localSuggestions, valueSuggestions, withSuggestion, type Suggestion } from './suggestions.ts';

interface FilterBarProps {
  readonly filter: string;
  readonly keys: readonly RunKey[];
  /** What the server says of the filter. */
  readonly problem: PageProblem | undefined;
  readonly onFilter: (filter: string) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

/** A filter to type, with completion. Enter applies it. */
export function FilterBar({ filter, keys, problem, onFilter, inputRef }: FilterBarProps) {
  const [text, setText] = useState(filter);
  const [attempted, setAttempted] = useState(filter);
  const [applied, setApplied] = useState(filter);
  const [cursor, setCursor] = useState(filter.length);
  /** Where the cursor belongs once React has set the text. */
  const [wantedCursor, setWantedCursor] = useState<number>();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useId();
  // The address changed by other means: a saved view, or going back.
  if (applied !== filter) {
    setApplied(filter);
    setAttempted(filter);
    setText(filter);
  }
  useLayoutEffect(() => {
    if (wantedCursor !== undefined) inputRef.current?.setSelectionRange(wantedCursor, wantedCursor);
  }, [wantedCursor, inputRef]);
  const own = useMemo(() => problemOf(text, keys), [text, keys]);
  const shownProblem = text === attempted ? (own ?? (text === applied ? problem : undefined)) : undefined;
  const suggestions = useSuggestions(text.slice(0, cursor), keys, open);

  const apply = (next: string): void => {
    setOpen(false);
    setAttempted(next);
    // The table keeps its filter until this one can be read.
    if (problemOf(next, keys)) return;
    setText(next.trim());
    setAttempted(next.trim());
    setApplied(next.trim());
    onFilter(next.trim());
  };
  const choose = (suggestion: Suggestion): void => {
    const next = withSuggestion(text, cursor, suggestion);
    setText(next.text);
    setCursor(next.cursor);
    setActive(-1);
    setWantedCursor(next.cursor);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = open ? suggestions[active] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(
        (active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) %
          Math.max(1, suggestions.length),
      );
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      apply(text);
    } else if (event.key === 'Escape') {
      if (open) setOpen(false);
      else inputRef.current?.blur();
    }
  };

  return (
    <div className="relative min-w-0 flex-1 basis-full lg:basis-72">
      <input
        ref={inputRef}
        role="combobox"
        aria-label="Filter"
        aria-expanded={open && suggestions.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${list}-${active}` : undefined}
        aria-invalid={shownProblem !== undefined}
        aria-describedby={shownProblem ? `${list}-problem` : undefined}
        value={text}
        placeholder="variant = topk and l0 < 40"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className={`w-full rounded-md border bg-surface px-3 py-1.5 font-mono text-[13px] placeholder:text-soft ${shownProblem ? 'border-[var(--status-failed)]' : 'border-line-strong'}`}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setWantedCursor(undefined);
          setOpen(true);
          setActive(-1);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          if (text !== attempted) apply(text);
        }}
        onKeyDown={onKeyDown}
      />
      {open && suggestions.length > 0 ? (
        <div
          id={list}
          role="listbox"
          aria-label="Completions"
          className="absolute inset-x-0 top-full z-30 mt-1 max-h-80 max-w-md overflow-y-auto rounded-md border border-line bg-surface py-1 shadow-lg"
        >
          {suggestions.map((suggestion, index) => (
            // The input has the keyboard and names the active option.
            <div
              key={suggestion.insert}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={`flex cursor-pointer items-baseline justify-between gap-4 px-3 py-1 text-[13px] ${index === active ? 'bg-sunken' : ''}`}
              // Before the input loses its focus.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(suggestion);
              }}
              onMouseEnter={() => setActive(index)}
            >
              <bdi className="truncate font-mono">{suggestion.insert}</bdi>
              {suggestion.label === undefined ? null : (
                <span className="shrink-0 text-xs text-soft">{suggestion.label}</span>
              )}
            </div>
          ))}
        </div>
      ) : null}
      {shownProblem ? <Problem id={`${list}-problem`} text={text} problem={shownProblem} /> : null}
    </div>
  );
}

function problemOf(text: string, keys: readonly RunKey[]): PageProblem | undefined {
  const parsed = parseFilter(text);
  const problem = parsed.problem ?? (parsed.value && checkFilter(parsed.value, keys));
  return problem && { code: problem.error.code, message: problem.error.message, span: problem.span };
}

function Problem({ id, text, problem }: { id: string; text: string; problem: PageProblem }) {
  const { start, end }: Span = problem.span ?? { start: 0, end: 0 };
  return (
    <div id={id} role="alert" className="mt-1.5 text-[13px]">
      {problem.span ? (
        <p className="overflow-x-auto font-mono whitespace-pre text-soft">
          {text.slice(0, start)}
          <mark className="bg-transparent text-[var(--status-failed)] underline decoration-wavy underline-offset-4">
            {text.slice(start, Math.max(end, start)) || '␣'}
          </mark>
          {text.slice(end)}
        </p>
      ) : null}
      <p>{problem.message}</p>
    </div>
  );
}

/** Suggestions at the cursor; values follow once the server has sent them. */
function useSuggestions(before: string, keys: readonly RunKey[], open: boolean): readonly Suggestion[] {
  const completion = useMemo(() => completionAt(before), [before]);
  const local = useMemo(() => localSuggestions(completion, keys, before), [completion, keys, before]);
  const [values, setValues] = useState<{ of: string; found: readonly Suggestion[] }>({ of: '', found: [] });
  const { wants, key, typed } = completion;
  const of = open && wants === 'value' ? `${key} ${typed}` : '';
  useEffect(() => {
    if (of === '') return;
    const stop = new AbortController();
    const readValues = async (): Promise<void> => {
      const found = await valueSuggestions(completion, stop.signal);
      if (!stop.signal.aborted) setValues({ of, found });
    };
    // A reader who types on asks for the next values.
    const timer = setTimeout(() => {
      void readValues();
    }, 80);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [of, completion]);
  return of !== '' && values.of === of && values.found.length > 0 ? values.found : local;
}
