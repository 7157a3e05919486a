'use client';

import { Card } from '@tremor/react';
import { inSentence, runLabel } from '@sae-lab/measures';
import { useCallback, useMemo } from 'react';
import { Select } from '../../components/select.tsx';
import { xRange, type Range } from '../../curves/axis-range.ts';
import { CurvePanel } from '../../curves/curve-panel.tsx';
import { stepIn, X_MEASURES, type CurveRun } from '../../curves/curve-run.ts';
import { CurveToolbar } from '../../curves/curve-toolbar.tsx';
import { bucketsFor, shownRange, shownUnit, windowOf, zoomOf } from '../../curves/curve-view.ts';
import { groupLines, type CurveGroup } from '../../curves/group-lines.ts';
import type { RunClock } from '../../curves/run-clock.ts';
import { useCurves } from '../../curves/use-curves.ts';
import { useFirstSpeeds } from '../../curves/use-first-speeds.ts';
import { captionOf } from '../../export/caption.ts';
import type { CompareRow } from '../compare-row.ts';
import { groupsBy } from '../groups.ts';
import type { NamedCurve } from '../load-compare.ts';
import { Nothing } from '../nothing.tsx';
import type { ViewProps } from '../view-props.ts';

const MOST_BUCKETS = 300;
const MOST_PANELS = 8;
const NO_CLOCKS: Readonly<Record<number, RunClock>> = {};

/** Curves of all runs, a panel each, with the mean and band of each group. */
export function CurvesView({
  rows,
  by,
  provenance,
  state,
  setState,
  available,
  clocks = NO_CLOCKS,
}: ViewProps & {
  readonly available: readonly NamedCurve[] | undefined;
  /** By run. */
  readonly clocks: Readonly<Record<number, RunClock>> | undefined;
}) {
  const runs = useFirstSpeeds(
    useMemo(() => rows.map((row) => curveRun(row, clocks[row.id])), [rows, clocks]),
  );
  const groups = useMemo((): CurveGroup[] => {
    const byId = new Map(runs.map((run) => [run.id, run]));
    return groupsBy(rows, by.key, by.styles).map(({ name, color, dash, rows: members }) => ({
      name,
      color,
      dash,
      runs: members.map(({ id }) => byId.get(id)!),
    }));
  }, [rows, runs, by.key, by.styles]);
  const over = shownUnit(state.over, runs);
  const zoom = zoomOf(state);
  const asked = available?.filter(({ key }) => state.curve.includes(key)).slice(0, MOST_PANELS) ?? [];
  const panels = asked.length > 0 ? asked : (available?.slice(0, 1) ?? []);
  const buckets = bucketsFor(rows.length, MOST_BUCKETS);
  const { shown, whole, failed } = useCurves({
    runIds: runs.map(({ id }) => id),
    curves: panels.map(({ key }) => key),
    whole: { from: 0, until: undefined, buckets },
    zoom: windowOf(zoom, over, runs, buckets),
    growing: runs.filter(({ growing }) => growing).map(({ id }) => id),
  });
  const weight = Math.min(0.99, Math.max(0, state.smooth));
  const { toggled, runLines } = state;
  const showsRuns = useCallback((group: string) => runLines !== toggled.includes(group), [runLines, toggled]);
  const drawn = useMemo(() => {
    const tables = panels.flatMap(({ key }) => whole(key) ?? []);
    return {
      range: shownRange(zoom, xRange(runs, tables, over, state.curveX), state.curveX),
      lines: new Map(
        panels.map(({ key }) => {
          const table = shown(key);
          return [key, table && groupLines(groups, table, { over, weight })] as const;
        }),
      ),
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal panels and ends are equal
  }, [shown, groups, runs, over, weight, state.curveX, panels.map(({ key }) => key).join(), zoom?.join()]);
  const exported = useMemo(() => {
    const counted = rows.filter((_, index) => stepIn(over, runs[index]!) !== null);
    const x = inSentence(over === 'step' ? 'Steps' : X_MEASURES[over].label);
    return new Map(
      panels.map(({ key, label }) => [
        key,
        {
          name: `curves-${key.replaceAll('/', '-')}`,
          groupLabel: by.label,
          means: true,
          caption: captionOf(
            `${label} over ${x} by ${inSentence(by.label)}: means with 95 % t intervals${weight > 0 ? `, smoothed with weight ${weight}` : ''}.`,
            counted,
            provenance,
          ),
        },
      ]),
    );
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal panels are equal
  }, [rows, runs, by.label, over, weight, provenance, panels.map(({ key }) => key).join()]);

  if (available === undefined) return <p className="text-soft">Loading the curves</p>;
  if (available.length === 0) {
    return (
      <Nothing title="No curves to draw">
        None of these runs has logged a point. They appear once training starts.
      </Nothing>
    );
  }
  const without = runs.filter((run) => stepIn(over, run) === null).length;
  const others = available.filter(({ key }) => !panels.some((panel) => panel.key === key));
  const setPanels = (keys: readonly string[]): void => void setState({ curve: [...keys] });
  const shownKeys = panels.map(({ key }) => key);
  return (
    <div className="grid grid-cols-1 gap-4">
      <Card className="grid grid-cols-1 gap-2 p-4 sm:px-5">
        <CurveToolbar runs={runs} state={state} setState={setState} zoom={zoom}>
          <Select
            label="Scale of y"
            value={state.curveY}
            options={[
              ['linear', 'Linear'],
              ['log', 'Log'],
            ]}
            onChange={(value) => void setState({ curveY: value === 'log' ? 'log' : 'linear' })}
          />
          <label className="flex items-center gap-2 text-[13px] text-soft">
            <input
              type="checkbox"
              checked={runLines}
              onChange={(event) => void setState({ runLines: event.target.checked, toggled: null })}
              className="accent-(--accent)"
            />
            Each run
          </label>
          {others.length > 0 && panels.length < MOST_PANELS ? (
            <Select
              label="Add"
              value=""
              options={[['', 'a curve'], ...others.map(({ key, label }) => [key, label] as const)]}
              onChange={(key) => setPanels([...shownKeys, key])}
            />
          ) : null}
        </CurveToolbar>
        {failed ? (
          <p role="status" className="text-xs text-soft">
            The curves cannot be read, retrying
          </p>
        ) : null}
        {without > 0 ? (
          <p className="text-xs text-soft">
            {without === 1 ? '1 run is' : `${without} runs are`} not drawn: the time of their steps is
            unknown.
          </p>
        ) : null}
      </Card>
      <div className={`grid grid-cols-1 gap-4 ${panels.length > 1 ? 'xl:grid-cols-2' : ''}`}>
        {panels.map(({ key, ...measure }) => {
          const lines = drawn.lines.get(key);
          return (
            <Card key={key} className="grid min-w-0 grid-cols-1 content-start gap-3 p-4 sm:p-5">
              <div className="flex flex-wrap items-center gap-3">
                <h2 className="mr-auto text-base font-semibold">{measure.label}</h2>
                <Select
                  label="Curve"
                  value={key}
                  options={[{ key, label: measure.label }, ...others].map(
                    (one) => [one.key, one.label] as const,
                  )}
                  onChange={(next) => setPanels(shownKeys.map((one) => (one === key ? next : one)))}
                />
                {panels.length > 1 ? (
                  <button
                    type="button"
                    aria-label={`Remove ${measure.label}`}
                    onClick={() => setPanels(shownKeys.filter((one) => one !== key))}
                    className="rounded-md border border-line bg-surface px-2 py-1 text-[13px] hover:bg-sunken"
                  >
                    Remove
                  </button>
                ) : null}
              </div>
              {lines === undefined ? (
                <p className="text-[13px] text-soft" style={{ minHeight: HEIGHT }}>
                  Reading the curves
                </p>
              ) : (
                <CurvePanel
                  title={`${measure.label} over ${over === 'step' ? 'steps' : inSentence(X_MEASURES[over].label)}`}
                  lines={lines}
                  measure={measure}
                  yTitle={measure.unit === undefined ? measure.label : `${measure.label} (${measure.unit})`}
                  over={over}
                  xRange={drawn.range}
                  xScale={state.curveX}
                  yScale={state.curveY}
                  height={HEIGHT}
                  group="compare"
                  showsRuns={showsRuns}
                  onToggle={(group) =>
                    void setState({
                      toggled: toggled.includes(group)
                        ? toggled.filter((one) => one !== group)
                        : [...toggled, group],
                    })
                  }
                  onZoom={(range: Range | undefined) =>
                    void setState({ from: range?.[0] ?? null, until: range?.[1] ?? null })
                  }
                  all={state.outliers}
                  onAll={(all) => void setState({ outliers: all })}
                  exported={exported.get(key)!}
                />
              )}
            </Card>
          );
        })}
      </div>
    </div>
  );
}

const HEIGHT = 400;

function curveRun(row: CompareRow, clock: RunClock | undefined): CurveRun {
  const { variant, coefficient, seed } = row;
  return {
    id: row.id,
    label: `${runLabel({ variant, coefficient })}, seed ${seed}`,
    totalSteps: row.totalSteps,
    stepTokens: row.stepTokens,
    stepSeconds: row.stepSeconds,
    clock,
    growing: row.status !== 'finished',
  };
}
