'use client';

import { BUTTON } from '../all-runs/popover.tsx';
import type { OfferedSae } from './load-offered.ts';

interface PairChooserProps {
  readonly offered: readonly OfferedSae[];
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** Two lists of SAEs, of runs and others. Works without scripts. */
export function PairChooser({ offered, a, b }: PairChooserProps) {
  return (
    <form action="/compare/saes" className="grid max-w-xl gap-2">
      {Object.entries({ a, b }).map(([name, chosen]) => (
        <label key={name} className="grid grid-cols-[1.5rem_minmax(0,1fr)] items-center gap-2 text-[13px]">
          {name.toUpperCase()}
          <select
            name={name}
            aria-label={`SAE ${name.toUpperCase()}`}
            required
            defaultValue={chosen ?? ''}
            className="min-w-0 rounded-md border border-line bg-surface px-2 py-1.5 text-ink"
          >
            <option value="">Choose an SAE</option>
            {offered.map(({ segment, label }) => (
              <option key={segment} value={segment}>
                {label}
              </option>
            ))}
          </select>
        </label>
      ))}
      <div>
        <button type="submit" className={BUTTON}>
          Compare
        </button>
      </div>
    </form>
  );
}
