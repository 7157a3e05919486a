'use client';

import { Card } from '@tremor/react';
import { capitalised, integer } from '@sae-lab/measures';
import { useState } from 'react';
import type { UseQueryStatesReturn } from 'nuqs';
import { Command } from '../components/message.tsx';
import { ExportFooter } from '../export/export-footer.tsx';
import { subjectName } from '../saes/subject.ts';
import { exportedList } from './exported-list.ts';
import { MatchList } from './match-list.tsx';
import { significant } from './numbers.ts';
import { absorptionFloor, type PairData, type PairSae } from './pair-data.ts';
import { pairName } from './pair-name.ts';
import { LIST_TEXTS, LISTS } from './pair-lists.ts';
import type { pairState } from './pair-state.ts';
import { fetchPage, listPath, useList } from './use-list.ts';

type State = UseQueryStatesReturn<typeof pairState>;

interface MatchListsProps {
  readonly data: PairData;
  /** States which SAEs these are, for captions. */
  readonly about: string;
  readonly state: State[0];
  readonly setState: State[1];
}

/** Tabs of lists of latents: pairs, latents of one SAE only, split and absorbed ones. */
export function MatchLists({ data, about, state: { list, threshold }, setState }: MatchListsProps) {
  const query = { a: data.a.subject, b: data.b.subject, list, threshold };
  const { state, pending, more } = useList(query);
  const sides = {
    A: { name: 'A', subject: data.a.subject },
    B: { name: 'B', subject: data.b.subject },
  } as const;
  const { own, meaning } = LIST_TEXTS[list];
  const other = own === 'A' ? 'B' : 'A';
  const stated = meaning(significant(threshold), significant(absorptionFloor(data.random.quantile99)));
  const describing = {
    name: `${pairName(data)}-${list}`,
    caption: `${stated} ${about}`,
    own,
    other,
  };
  const rows = state?.rows ?? [];
  const total = state?.counts?.[list] ?? rows.length;
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <h2 className="text-base font-semibold">Latents</h2>
        <Threshold value={threshold} onChange={(value) => void setState({ threshold: value })} />
      </div>
      <nav aria-label="Lists of latents" className="-mb-px flex gap-x-1 overflow-x-auto border-b border-line">
        {LISTS.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === list ? 'page' : undefined}
            onClick={() => void setState({ list: name })}
            className={`shrink-0 border-b-2 px-3 py-2 text-[13px] whitespace-nowrap ${
              name === list
                ? 'border-accent font-medium text-ink'
                : 'border-transparent text-soft hover:text-ink'
            }`}
          >
            {LIST_TEXTS[name].tab}
            {state?.counts === undefined ? null : (
              <span className="ml-1.5 text-soft tabular-nums">{integer(state.counts[name])}</span>
            )}
          </button>
        ))}
      </nav>
      <Features saes={[data.a, data.b]} />
      {state?.problem === undefined ? null : <p role="alert">The latents cannot be read: {state.problem}</p>}
      {state === undefined ? (
        <p className="text-soft">Reading latents…</p>
      ) : rows.length === 0 && state.problem === undefined ? (
        <p className="text-soft">None at this threshold.</p>
      ) : (
        <MatchList
          label={LIST_TEXTS[list].tab}
          rows={rows}
          total={total}
          own={sides[own]}
          other={sides[other]}
          pending={pending}
          onMore={more}
          key={`${list} ${threshold}`}
        />
      )}
      <ExportFooter
        table={exportedList(rows, describing)}
        load={async () => exportedList((await fetchPage(`${listPath(query)}&all=true`)).rows, describing)}
      >
        {stated} “Together” is the share of the tokens of a latent on which its best match fires too; in a
        split it is that of each part.
      </ExportFooter>
    </Card>
  );
}

/** Applies on Enter or when the field loses the focus. */
function Threshold({ value, onChange }: { value: number; onChange: (value: number | null) => void }) {
  const [text, setText] = useState<string>();
  const apply = () => {
    if (text === undefined) return;
    const number = Number(text);
    if (text.trim() === '') onChange(null);
    else if (Number.isFinite(number) && Math.abs(number) <= 1) onChange(number);
    setText(undefined);
  };
  return (
    <label className="flex items-center gap-2 text-[13px] text-soft sm:ml-auto">
      Same latent from cosine
      <input
        value={text ?? String(value)}
        onChange={(event) => setText(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => event.key === 'Enter' && apply()}
        inputMode="decimal"
        className="w-16 rounded-md border border-line-strong bg-surface px-2 py-1 text-ink"
      />
    </label>
  );
}

/** How to get examples, where they are missing. */
function Features({ saes }: { saes: readonly PairSae[] }) {
  const missing = saes.filter(({ hasFeatures }) => !hasFeatures);
  if (missing.length === 0) return null;
  return (
    <div className="grid max-w-3xl gap-2 text-[13px] text-soft">
      <p>
        {missing.length === 1 ? `${capitalised(subjectName(missing[0]!.subject))} has` : 'These SAEs have'} no
        examples of what latents do. These commands make them:
      </p>
      {missing.map(({ target }) => (
        <Command key={target}>{`pnpm evaluate ${target} --only features`}</Command>
      ))}
    </div>
  );
}
