'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition, type FormEvent } from 'react';
import { BUTTON } from '../all-runs/popover.tsx';
import { Select } from '../components/select.tsx';
import { KIND_NAMES, labelsPath, type LabelsState } from './labels-state.ts';

const KINDS: Readonly<Record<(typeof KIND_NAMES)[number], string>> = {
  label: 'labels',
  note: 'notes',
  explanation: 'labels by language models',
};

/** The search over labels and notes. It counts once it is entered, and is in the address. */
export function LabelSearch({ q, kind }: Pick<LabelsState, 'q' | 'kind'>) {
  const router = useRouter();
  const [text, setText] = useState(q);
  const [isBusy, start] = useTransition();
  const go = (next: Partial<LabelsState>): void =>
    start(() => router.push(labelsPath({ q: text.trim(), kind, ...next })));
  const search = (event: FormEvent): void => {
    event.preventDefault();
    go({});
  };
  return (
    <form role="search" onSubmit={search} className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <input
        type="search"
        aria-label="Search labels and notes"
        placeholder="Words of a label or a note"
        maxLength={1000}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-w-0 flex-1 basis-56 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-[13px] placeholder:text-soft"
      />
      <Select
        label="in"
        value={kind ?? ''}
        options={[['', 'everything'], ...KIND_NAMES.map((name) => [name, KINDS[name]] as const)]}
        onChange={(name) => go({ kind: name === '' ? null : (name as LabelsState['kind']) })}
      />
      <button type="submit" className={BUTTON} disabled={isBusy}>
        Search
      </button>
    </form>
  );
}
