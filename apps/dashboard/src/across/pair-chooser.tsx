'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { BUTTON } from '../all-runs/popover.tsx';
import type { OfferedSae } from './load-offered.ts';

interface PairChooserProps {
  readonly offered: readonly OfferedSae[];
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** Two lists of SAEs, of runs and others. The content security policy sends no forms, so the address is made here. */
export function PairChooser({ offered, a, b }: PairChooserProps) {
  const router = useRouter();
  const [chosen, setChosen] = useState({ a: a ?? '', b: b ?? '' });
  const open = (event: FormEvent): void => {
    event.preventDefault();
    router.push(`/compare/saes?${new URLSearchParams(chosen).toString()}`);
  };
  return (
    <form onSubmit={open} className="grid max-w-xl gap-2">
      {(['a', 'b'] as const).map((side) => (
        <label key={side} className="grid grid-cols-[1.5rem_minmax(0,1fr)] items-center gap-2 text-[13px]">
          {side.toUpperCase()}
          <select
            aria-label={`SAE ${side.toUpperCase()}`}
            required
            value={chosen[side]}
            onChange={({ target }) => setChosen({ ...chosen, [side]: target.value })}
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
