import { useState } from 'react';
import { Popover } from './popover.tsx';
import { SearchField } from './search-field.tsx';
import type { TableColumn } from './table-columns.ts';

interface ColumnPanelProps {
  readonly columns: readonly TableColumn[];
  readonly shown: readonly string[];
  readonly pinned: readonly string[];
  readonly onShown: (keys: readonly string[] | null) => void;
  readonly onPinned: (keys: readonly string[]) => void;
}

/** Which columns the table has, in which order, and which stay in view. */
export function ColumnPanel({ columns, shown, pinned, onShown, onPinned }: ColumnPanelProps) {
  const [search, setSearch] = useState('');
  const matches = ({ key, label }: TableColumn): boolean =>
    `${key} ${label}`.toLowerCase().includes(search.toLowerCase());
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const used = shown.flatMap((key) => byKey.get(key) ?? []);
  const unused = columns.filter(({ key }) => !shown.includes(key));
  const move = (key: string, by: number): void => {
    const from = shown.indexOf(key);
    const next = shown.toSpliced(from, 1);
    next.splice(Math.max(0, from + by), 0, key);
    onShown(next);
  };
  return (
    <Popover label="Columns">
      <div className="flex items-center gap-2">
        <SearchField
          label="Search columns"
          placeholder="Search columns"
          value={search}
          onChange={setSearch}
        />
        <button
          type="button"
          className="text-[13px] text-accent hover:underline"
          onClick={() => onShown(null)}
        >
          Reset
        </button>
      </div>
      <div className="mt-2 max-h-80 overflow-y-auto">
        <ul>
          {used.filter(matches).map((column) => {
            const { key, label } = column;
            const place = shown.indexOf(key);
            const isPinned = pinned.includes(key);
            return (
              <li key={key} className="flex items-center gap-1 py-0.5">
                <Choice
                  column={column}
                  checked
                  disabled={shown.length === 1}
                  onChange={() => onShown(shown.filter((other) => other !== key))}
                />
                <Small label={`Move ${label} left`} disabled={place === 0} onClick={() => move(key, -1)}>
                  ↑
                </Small>
                <Small
                  label={`Move ${label} right`}
                  disabled={place === shown.length - 1}
                  onClick={() => move(key, 1)}
                >
                  ↓
                </Small>
                <Small
                  label={`${isPinned ? 'Unpin' : 'Pin'} ${label}`}
                  pressed={isPinned}
                  onClick={() =>
                    onPinned(isPinned ? pinned.filter((other) => other !== key) : [...pinned, key])
                  }
                >
                  <svg width={11} height={11} viewBox="0 0 12 12" aria-hidden="true">
                    <path d="M4 1H8V6L10 8H6.5V11.5H5.5V8H2L4 6Z" fill="currentColor" />
                  </svg>
                </Small>
              </li>
            );
          })}
        </ul>
        <ul className="mt-1 border-t border-line pt-1">
          {unused.filter(matches).map((column) => (
            <li key={column.key} className="flex py-0.5">
              <Choice column={column} checked={false} onChange={() => onShown([...shown, column.key])} />
            </li>
          ))}
        </ul>
      </div>
    </Popover>
  );
}

interface ChoiceProps {
  readonly column: TableColumn;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: () => void;
}

function Choice({ column: { key, label, meaning }, checked, disabled = false, onChange }: ChoiceProps) {
  return (
    <label className="flex min-w-0 flex-1 items-center gap-2 text-[13px]" title={meaning}>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={onChange}
        className="size-4 shrink-0 accent-[var(--accent)]"
      />
      <bdi className="truncate">{label}</bdi>
      {key.toLowerCase() === label.toLowerCase() ? null : (
        <bdi className="ml-auto truncate font-mono text-xs text-soft">{key}</bdi>
      )}
    </label>
  );
}

interface SmallProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Small({ label, disabled = false, pressed, onClick, children }: SmallProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onClick}
      className={`grid size-6 shrink-0 place-items-center rounded hover:bg-sunken disabled:opacity-30 ${pressed ? 'text-accent' : 'text-soft'}`}
    >
      {children}
    </button>
  );
}
