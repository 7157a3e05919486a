import { useState } from 'react';
import { Popover } from './popover.tsx';
import { SearchField } from './search-field.tsx';
import type { TableColumn } from './table-columns.ts';

interface KeyMenuProps {
  /** What the menu is called, e.g. `Group`. */
  readonly label: string;
  readonly explanation: string;
  /** What can be chosen. */
  readonly columns: readonly TableColumn[];
  readonly chosen: readonly string[];
  /** Offered first. */
  readonly common: readonly string[];
  /** Whether several keys can be chosen at once. */
  readonly isMultiple: boolean;
  readonly onChoose: (keys: readonly string[]) => void;
}

/** Chooses the keys that group or colour rows. */
export function KeyMenu(props: KeyMenuProps) {
  const { label, columns, chosen, common, isMultiple, onChoose } = props;
  const [search, setSearch] = useState('');
  const rank = ({ key }: TableColumn): number =>
    chosen.includes(key) ? 0 : common.includes(key) ? 1 + common.indexOf(key) : 1 + common.length;
  const found = columns
    .filter(({ key, label: name }) => `${key} ${name}`.toLowerCase().includes(search.toLowerCase()))
    .toSorted((a, b) => rank(a) - rank(b));
  const toggle = (key: string): void => {
    if (chosen.includes(key)) onChoose(chosen.filter((other) => other !== key));
    else onChoose(isMultiple ? [...chosen, key] : [key]);
  };
  return (
    <Popover label={chosen.length === 0 ? label : `${label}: ${chosen.map(nameOf).join(', ')}`}>
      <p className="mb-2 text-[13px] text-soft">{props.explanation}</p>
      <div className="flex items-center gap-2">
        <SearchField
          label={`Search keys to ${label.toLowerCase()} by`}
          placeholder="Search keys"
          value={search}
          onChange={setSearch}
        />
        <button
          type="button"
          disabled={chosen.length === 0}
          className="text-[13px] text-accent hover:underline disabled:text-soft disabled:no-underline"
          onClick={() => onChoose([])}
        >
          None
        </button>
      </div>
      <ul className="mt-2 max-h-72 overflow-y-auto">
        {found.map(({ key, label: name, meaning }) => (
          <li key={key} className="py-0.5">
            <label className="flex min-w-0 items-center gap-2 text-[13px]" title={meaning}>
              <input
                type={isMultiple ? 'checkbox' : 'radio'}
                name={label}
                checked={chosen.includes(key)}
                onChange={() => toggle(key)}
                className="size-4 shrink-0 accent-[var(--accent)]"
              />
              <bdi className="truncate">{key === 'configuration' ? 'Everything but the seed' : name}</bdi>
              {key.toLowerCase() === name.toLowerCase() ? null : (
                <bdi className="ml-auto truncate font-mono text-xs text-soft">{key}</bdi>
              )}
            </label>
          </li>
        ))}
      </ul>
    </Popover>
  );

  function nameOf(key: string): string {
    return columns.find((column) => column.key === key)?.label ?? key;
  }
}
