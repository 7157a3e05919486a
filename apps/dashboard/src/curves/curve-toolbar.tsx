'use client';

import { integer, TRAINING_TIME, WALL_TIME } from '@sae-lab/measures';
import type { UseQueryStatesReturn } from 'nuqs';
import { useState, type ReactNode } from 'react';
import { Select } from '../components/select.tsx';
import type { Range } from './axis-range.ts';
import { unitsOf, type CurveRun } from './curve-run.ts';
import type { curveState, XUnit } from './curve-state.ts';

type State = UseQueryStatesReturn<typeof curveState>;

const UNIT_LABELS: Readonly<Record<XUnit, string>> = {
  step: 'Steps',
  tokens: 'Tokens',
  time: TRAINING_TIME.label,
  wall: WALL_TIME.label,
};
const SCALES = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const;
const SMOOTHING = ['0', '0.6', '0.9', '0.97'];

interface CurveToolbarProps {
  readonly runs: readonly CurveRun[];
  readonly state: State[0];
  readonly setState: State[1];
  /** What the reader zoomed into. */
  readonly zoom: Range | undefined;
  /** Further choices. */
  readonly children?: ReactNode;
}

/** How curves are drawn: everything but which ones. */
export function CurveToolbar({ runs, state, setState, zoom, children }: CurveToolbarProps) {
  const units = unitsOf(runs);
  const weights = [...new Set([...SMOOTHING, String(state.smooth)])];
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {units.length > 1 ? (
        <Select
          label="Over"
          value={units.includes(state.over) ? state.over : 'step'}
          options={units.map((unit) => [unit, UNIT_LABELS[unit]] as const)}
          // The same numbers would be another part of the curve.
          onChange={(unit) => void setState({ over: unit as XUnit, from: null, until: null })}
        />
      ) : null}
      <Select
        label="Scale of x"
        value={state.curveX}
        options={SCALES}
        onChange={(value) => void setState({ curveX: value === 'log' ? 'log' : 'linear' })}
      />
      {children}
      <Select
        label="Smoothing"
        value={String(state.smooth)}
        options={weights.map((weight) => [weight, weight === '0' ? 'None' : weight] as const)}
        onChange={(value) => void setState({ smooth: Number(value) })}
      />
      <ZoomFields key={zoom?.join() ?? ''} zoom={zoom} setState={setState} />
    </div>
  );
}

/** The part of x that is shown, for those who type it instead of dragging over a chart. */
function ZoomFields({ zoom, setState }: Pick<CurveToolbarProps, 'zoom' | 'setState'>) {
  const [from, setFrom] = useState(zoom === undefined ? '' : textOf(zoom[0]));
  const [until, setUntil] = useState(zoom === undefined ? '' : textOf(zoom[1]));
  const apply = (): void => {
    const [low, high] = [Number(from), Number(until)];
    const isRange = until.trim() !== '' && low >= 0 && high > low;
    void setState(isRange ? { from: low, until: high } : { from: null, until: null });
  };
  const field = (label: string, value: string, onChange: (text: string) => void) => (
    <input
      aria-label={label}
      inputMode="numeric"
      value={value}
      placeholder={label === 'From' ? 'start' : 'end'}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply();
      }}
      className="w-20 rounded-md border border-line-strong bg-surface px-2 py-1 text-ink tabular-nums placeholder:text-soft"
    />
  );
  return (
    <div
      role="group"
      aria-label="Range of x"
      className="flex items-center gap-2 text-[13px] text-soft"
      title="Drag over a chart to zoom in. Double-click to zoom out."
    >
      Range
      {field('From', from, setFrom)}
      <span>to</span>
      {field('To', until, setUntil)}
      {zoom === undefined ? null : (
        <button
          type="button"
          onClick={() => void setState({ from: null, until: null })}
          className="rounded-md border border-line bg-surface px-2 py-1 text-ink hover:bg-sunken"
        >
          Reset zoom
        </button>
      )}
    </div>
  );
}

function textOf(value: number): string {
  return Number.isInteger(value) || value >= 100
    ? integer(Math.round(value)).replaceAll(/\s/g, '')
    : String(value);
}
