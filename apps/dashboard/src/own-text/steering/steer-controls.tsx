import { formatOf, LATENT_MEASURES } from '@sae-lab/measures';
import { MOST_STEPS } from '@sae-lab/text/answers';
import Link from 'next/link';
import type { inferParserType } from 'nuqs';
import { useState } from 'react';
import { Select } from '../../components/select.tsx';
import { latentPath } from '../../latents/latent-path.ts';
import { KnownTokens } from '../known-tokens.tsx';
import type { NamedSae } from '../../saes/sae-heading.ts';
import type { KnownLatent } from '../text-reply.ts';
import type { steerState } from '../view-state.ts';

type State = inferParserType<typeof steerState>;

interface SteerControlsProps {
  readonly own: NamedSae;
  readonly known: KnownLatent | undefined;
  readonly state: State;
  readonly onChange: (next: Partial<State>) => void;
}

/** Which latent is steered, and how strongly. */
export function SteerControls({ own, known, state, onChange }: SteerControlsProps) {
  const { latent, change, strength, unit, from, steps } = state;
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      <NumberField
        label="Latent"
        value={latent}
        min={0}
        max={own.width - 1}
        onChange={(value) => onChange({ latent: value })}
      />
      <Link
        href={latentPath(own.subject, latent)}
        prefetch={false}
        className="flex max-w-60 items-center gap-2 text-[13px] text-accent hover:underline"
      >
        Its page
        <KnownTokens known={known} />
      </Link>
      <Select
        label="Change"
        value={change}
        options={[
          ['add', 'add'],
          ['ablate', 'ablate'],
        ]}
        onChange={(value) => onChange({ change: value as State['change'] })}
      />
      {change === 'ablate' ? null : (
        <>
          <NumberField
            label="Strength"
            value={strength}
            step="any"
            onChange={(value) => onChange({ strength: value })}
          />
          <Select
            label="in units of"
            value={unit ?? 'one'}
            options={[
              [
                'max',
                known === undefined
                  ? 'its largest activation'
                  : `its largest activation, ${formatOf(LATENT_MEASURES.max_activation)(known.maxActivation)}`,
              ],
              ['one', 'activation'],
            ]}
            onChange={(value) => onChange({ unit: value as State['unit'] })}
          />
        </>
      )}
      <NumberField
        label="From token"
        value={from + 1}
        min={1}
        onChange={(value) => onChange({ from: value - 1 })}
      />
      <NumberField
        label="Tokens to continue"
        value={steps}
        min={0}
        max={MOST_STEPS}
        onChange={(value) => onChange({ steps: value })}
      />
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  /** Without it, whole numbers only. */
  readonly step?: 'any';
  readonly onChange: (value: number) => void;
}

/** Takes over a number when it is one: while it is typed, it may be empty. */
function NumberField({ label, value, onChange, min = -Infinity, max = Infinity, step }: NumberFieldProps) {
  /** Set while the reader types. */
  const [typed, setTyped] = useState<string>();
  const take = (next: string): void => {
    setTyped(next);
    const number = Number(next);
    const isValid = next.trim() !== '' && Number.isFinite(number) && number >= min && number <= max;
    if (isValid && (step === 'any' || Number.isInteger(number))) onChange(number);
  };
  return (
    <label className="flex items-center gap-2 text-[13px] text-soft">
      {label}
      <input
        type="number"
        value={typed ?? String(value)}
        step={step ?? 1}
        {...(Number.isFinite(min) && { min })}
        {...(Number.isFinite(max) && { max })}
        onChange={(event) => take(event.target.value)}
        onBlur={() => setTyped(undefined)}
        className="w-20 rounded-md border border-line-strong bg-surface px-2 py-1 text-ink tabular-nums"
      />
    </label>
  );
}
