import { formatOf, inSentence, integer, short } from '@sae-lab/measures';
import type { AxisChoice } from './axis-choice.ts';
import type { Corner, Front } from './fronts.ts';

const show = short(4);
/** Fronts that are listed without being asked for. */
const AT_ONCE = 12;

interface HypervolumesProps {
  readonly fronts: readonly Front[];
  readonly corner: Corner;
  readonly x: AxisChoice;
  readonly y: AxisChoice;
}

/** The area that each front dominates, with the corner that it is measured from. */
export function Hypervolumes({ fronts, corner, x, y }: HypervolumesProps) {
  const manyHooks = new Set(fronts.map(({ hook }) => hook)).size > 1;
  const unit = ({ measure: { label }, kind }: AxisChoice) =>
    `${kind === 'log' ? 'log₁₀ ' : ''}${inSentence(label)}`;
  const list = (
    <ul className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
      {fronts.map(({ series, group, facet, hook, hypervolume }) => {
        const place = [facet, manyHooks && hook !== facet ? hook : ''].filter((part) => part !== '');
        return (
          <li key={series}>
            {group}
            {place.length > 0 ? <span className="text-soft"> at {place.join(', ')}</span> : null}{' '}
            <span className="font-medium">{show(hypervolume)}</span>
          </li>
        );
      })}
    </ul>
  );
  return (
    <div className="text-[13px]">
      <h3 className="font-medium">Hypervolume</h3>
      {fronts.length <= AT_ONCE ? (
        list
      ) : (
        <details>
          <summary className="cursor-pointer text-accent">{integer(fronts.length)} fronts</summary>
          {list}
        </details>
      )}
      <p className="mt-1 text-xs text-soft">
        Area that the front dominates, in {unit(x)} times {unit(y)}, from the reference point{' '}
        {inSentence(x.measure.label)} {formatOf(x.measure)(corner.x)}, {inSentence(y.measure.label)}{' '}
        {formatOf(y.measure)(corner.y)}: the worst value of each axis among the points shown.
      </p>
    </div>
  );
}
