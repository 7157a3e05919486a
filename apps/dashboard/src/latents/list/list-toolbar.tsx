import { checkFilter, LATENT_FIELDS, LATENT_KEYS, parseFilter } from '@sae-lab/db/filter';
import type { FeatureEvaluation } from '@sae-lab/db/reading';
import { integer, LATENT_MEASURES } from '@sae-lab/measures';
import { useId, useState, type RefObject } from 'react';
import type { PageProblem } from '../../all-runs/load-page.ts';
import { BUTTON } from '../../all-runs/popover.tsx';
import { Select } from '../../components/select.tsx';
import { SEARCHED, type ListState } from './list-state.ts';

interface ListToolbarProps {
  readonly state: ListState;
  readonly setState: (next: Partial<ListState>) => void;
  readonly evaluations: readonly FeatureEvaluation[];
  readonly shown: number;
  readonly problem: PageProblem | undefined;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

const PLACES: Readonly<Record<(typeof SEARCHED)[number], string>> = {
  any: 'everything',
  text: 'examples and tokens',
  token: 'tokens it fires on',
  promoted: 'tokens it raises',
  label: 'labels',
  note: 'notes',
};
const ONLY: readonly (readonly [string, string])[] = [
  ['', 'all latents'],
  ['alive', 'those that fired'],
  ['dead', 'those that never fired'],
  ['labelled', 'those with a label'],
  ['unlabelled', 'those without a label'],
  ['noted', 'those with a note'],
];
/** Letters of a search or a filter: both are part of the address. */
const LONGEST = 1000;
const FIELD =
  'min-w-0 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-[13px] placeholder:text-soft';

/** Search, filters and the choice of the view. Everything is in the address. */
export function ListToolbar({ state, setState, evaluations, shown, problem, searchRef }: ListToolbarProps) {
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Draft
          key={`q ${state.q}`}
          label="Search"
          value={state.q}
          placeholder="Search tokens, text and labels"
          className={`${FIELD} flex-1 basis-56`}
          maxLength={LONGEST}
          inputRef={searchRef}
          onCommit={(q) => setState({ q })}
        />
        <Select
          label="in"
          value={state.in}
          options={SEARCHED.map((place) => [place, PLACES[place]])}
          onChange={(place) => setState({ in: place as ListState['in'] })}
        />
        <Select
          label="Show"
          value={state.only ?? ''}
          options={ONLY}
          onChange={(only) => setState({ only: only === '' ? null : (only as ListState['only']) })}
        />
        <div role="group" aria-label="View" className="flex">
          {(['list', 'cards'] as const).map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={state.view === view}
              className={`${BUTTON} first:rounded-r-none last:-ml-px last:rounded-l-none aria-pressed:bg-sunken aria-pressed:font-medium`}
              onClick={() => setState({ view })}
            >
              {view === 'list' ? 'List' : 'Cards'}
            </button>
          ))}
        </div>
      </div>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <TypedFilter key={`f ${state.filter}`} filter={state.filter} problem={problem} setState={setState} />
        <DensityField label="Density from" value={state.from} onCommit={(from) => setState({ from })} />
        <DensityField label="to" value={state.to} onCommit={(to) => setState({ to })} />
        {evaluations.length > 1 ? (
          <Select
            label="Evaluation"
            value={String(shown)}
            options={evaluations.map((one) => [
              String(one.id),
              `${integer(one.latents)} latents on ${integer(one.tokens)} tokens, version ${one.version}`,
            ])}
            onChange={(id) => setState({ of: Number(id) })}
          />
        ) : null}
      </div>
    </div>
  );
}

function TypedFilter({
  filter,
  problem,
  setState,
}: {
  readonly filter: string;
  readonly problem: PageProblem | undefined;
  readonly setState: ListToolbarProps['setState'];
}) {
  const list = useId();
  const [refused, setRefused] = useState<string>();
  const message = refused ?? problem?.message;
  return (
    <div className="min-w-0 flex-1 basis-56">
      <Draft
        label="Filter"
        value={filter}
        placeholder="density < 0.01 and max_cosine > 0.7"
        className={`${FIELD} w-full font-mono`}
        describedBy={message === undefined ? undefined : `${list}-problem`}
        list={list}
        maxLength={LONGEST}
        onCommit={(text) => {
          const parsed = parseFilter(text);
          const wrong = parsed.problem ?? (parsed.value && checkFilter(parsed.value, LATENT_KEYS, 'latent'));
          setRefused(wrong?.error.message);
          if (!wrong) setState({ filter: text });
        }}
      />
      <datalist id={list}>
        {Object.entries(LATENT_FIELDS).map(([key, type]) => (
          <option key={key} value={`${key} ${type === 'number' ? '>' : '~'} `}>
            {LATENT_MEASURES[key as keyof typeof LATENT_MEASURES].label}
          </option>
        ))}
      </datalist>
      {message === undefined ? null : (
        <p id={`${list}-problem`} role="alert" className="mt-1 text-[13px]">
          {message}
        </p>
      )}
    </div>
  );
}

function DensityField({
  label,
  value,
  onCommit,
}: {
  readonly label: string;
  readonly value: number | null;
  readonly onCommit: (value: number | null) => void;
}) {
  const text = value === null ? '' : String(value);
  return (
    <div className="flex items-center gap-2 text-[13px] text-soft">
      <span aria-hidden="true">{label}</span>
      <Draft
        key={text}
        label={label === 'to' ? 'Density to' : label}
        value={text}
        placeholder="any"
        className={`${FIELD} w-20 text-ink`}
        onCommit={(typed) => {
          const number = Number(typed);
          if (typed === '') onCommit(null);
          else if (Number.isFinite(number) && number >= 0) onCommit(number);
        }}
      />
    </div>
  );
}

interface DraftProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly className: string;
  readonly describedBy?: string | undefined;
  readonly list?: string;
  readonly maxLength?: number;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  readonly onCommit: (text: string) => void;
}

/** A field whose text counts once it is entered or left. */
function Draft({ label, value, describedBy, inputRef, onCommit, ...given }: DraftProps) {
  const [text, setText] = useState(value);
  const commit = (): void => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <input
      {...given}
      ref={inputRef}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={describedBy !== undefined}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
