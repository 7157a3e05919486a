import { formatOf, short } from '@sae-lab/measures';
import type { AxisChoice, Front, Reference } from './scatter-points.ts';

const show = short(4);

interface HypervolumesProps {
  readonly fronts: readonly Front[];
  readonly reference: Reference;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
}

/** The area that each front dominates, with the corner that it is measured from. */
export function Hypervolumes({ fronts, reference, x, y }: HypervolumesProps) {
  const manyHooks = new Set(fronts.map(({ hook }) => hook)).size > 1;
  const unit = ({ measure: { label }, kind }: AxisChoice) => (kind === 'log' ? `log₁₀ ${label}` : label);
  return (
    <div className="text-[13px]">
      <h3 className="font-medium">Hypervolume</h3>
      <ul className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
        {fronts.map((front) => (
          <li key={front.series}>
            {front.group}
            {manyHooks ? <span className="text-soft"> at {front.hook}</span> : null}{' '}
            <span className="font-medium">{show(front.hypervolume)}</span>
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs text-soft">
        Area that the front dominates, in {unit(x)} times {unit(y)}, from the reference point{' '}
        {x.measure.label} {formatOf(x.measure)(reference.x)}, {y.measure.label}{' '}
        {formatOf(y.measure)(reference.y)}: the worst value of each axis among the points shown.
      </p>
    </div>
  );
}
