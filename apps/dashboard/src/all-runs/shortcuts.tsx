import { useEffect, useRef, type Ref } from 'react';

/** Keys of the page and what they do, as the help lists them. */
const SHORTCUTS = [
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['x', 'Select or deselect the run or the group'],
  ['X', 'Select all rows from the last one to this one'],
  ['a', 'Select all runs that pass the filter, or none'],
  ['c', 'Compare the selected runs'],
  ['o', 'Show only the selected runs'],
  ['Enter', 'Open the run, or show or hide the runs of the group'],
  ['b', 'Show differences to this run, or stop'],
  ['/', 'Type a filter'],
  ['?', 'Show these keys'],
] as const;

/** Keys of a focused heading, for the help. */
const HEADING_KEYS = [
  ['Alt Left', 'Move the column to the left'],
  ['Alt Right', 'Move the column to the right'],
  ['Delete', 'Hide the column'],
] as const;

type Shortcut = (typeof SHORTCUTS)[number][0];

/** Calls back for a key, unless the reader types into a field or presses a button with it. */
export function useShortcuts(actions: Readonly<Partial<Record<Shortcut, () => void>>>): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(current.current, event.key))
        return;
      const { target } = event;
      if (!(target instanceof HTMLElement)) return;
      if (target.closest('dialog[open], select, textarea, [contenteditable]')) return;
      if (target instanceof HTMLInputElement && target.type !== 'checkbox') return;
      if (event.key === 'Enter' && target.closest('a, button, summary, input')) return;
      event.preventDefault();
      current.current[event.key as Shortcut]?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** The keys of the page. Its `showModal` opens it. */
export function ShortcutHelp({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog
      ref={ref}
      aria-labelledby="shortcuts"
      className="m-auto w-96 max-w-[calc(100vw-2rem)] rounded-lg border border-line bg-surface p-5 text-ink shadow-lg backdrop:bg-black/40"
    >
      <h2 id="shortcuts" className="mb-3 text-base font-semibold">
        Keys
      </h2>
      <KeyList keys={SHORTCUTS} />
      <h3 className="mt-4 mb-2 text-[13px] font-semibold">On a heading</h3>
      <KeyList keys={HEADING_KEYS} />
      <form method="dialog" className="mt-4 text-right">
        <button
          type="submit"
          className="rounded-md border border-line-strong px-2.5 py-1.5 text-[13px] hover:bg-sunken"
        >
          Close
        </button>
      </form>
    </dialog>
  );
}

function KeyList({ keys }: { keys: readonly (readonly [key: string, meaning: string])[] }) {
  return (
    <dl className="grid grid-cols-[6rem_1fr] gap-y-2 text-[13px]">
      {keys.map(([key, meaning]) => (
        <div key={key} className="contents">
          <dt>
            <kbd className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs">
              {key === 'X' ? 'Shift x' : key}
            </kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
