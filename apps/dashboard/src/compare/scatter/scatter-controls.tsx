import type { Figure, Keyed } from '@sae-lab/measures';
import { Select } from '../../components/select.tsx';
import type { ConfigKey } from '../config-fields.ts';
import type { ViewProps } from '../view-props.ts';
import type { AxisChoice } from './axis-choice.ts';

const SCALES = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const;

interface ScatterControlsProps extends Pick<ViewProps, 'keys' | 'state' | 'setState'> {
  readonly measures: readonly Keyed<Figure>[];
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  readonly shape: ConfigKey | undefined;
  readonly facet: ConfigKey | undefined;
  readonly hasReferences: boolean;
}

/** The axes of the scatter, and what its marks, charts and references show. */
export function ScatterControls({
  measures,
  x,
  y,
  shape,
  facet,
  keys,
  hasReferences,
  state,
  setState,
}: ScatterControlsProps) {
  const figures = measures.map(({ key, label }) => [key, label] as const);
  const settings = keys.map(({ key, label }) => [key, label] as const);
  const scaleOf = (value: string) => (value === 'log' ? 'log' : 'linear');
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-3">
      <h2 className="w-full text-base font-semibold">Scatter</h2>
      <Select label="x" value={x.key} options={figures} onChange={(key) => void setState({ x: key })} />
      <Select
        label="Scale of x"
        value={x.kind}
        options={SCALES}
        onChange={(value) => void setState({ xScale: scaleOf(value) })}
      />
      <Select label="y" value={y.key} options={figures} onChange={(key) => void setState({ y: key })} />
      <Select
        label="Scale of y"
        value={y.kind}
        options={SCALES}
        onChange={(value) => void setState({ yScale: scaleOf(value) })}
      />
      <Select
        label="Shape"
        value={shape?.key ?? ''}
        options={[['', 'As colour'], ...settings]}
        onChange={(key) => void setState({ shape: key || null })}
      />
      <Select
        label="Charts"
        value={facet?.key ?? ''}
        options={[['', 'One'], ...settings.map(([key, label]) => [key, `By ${label}`] as const)]}
        onChange={(key) => void setState({ facet: key || null })}
      />
      <Select
        label="Seeds"
        value={state.seeds}
        options={[
          ['mean', 'Mean [95 %]'],
          ['each', 'Each run'],
        ]}
        onChange={(value) => void setState({ seeds: value === 'each' ? 'each' : null, members: null })}
      />
      {hasReferences ? (
        <Select
          label="References"
          value={state.references}
          options={[
            ['near', 'In range'],
            ['all', 'All'],
            ['none', 'None'],
          ]}
          onChange={(value) =>
            void setState({ references: value === 'all' || value === 'none' ? value : null })
          }
        />
      ) : null}
    </div>
  );
}
