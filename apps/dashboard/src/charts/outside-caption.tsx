import { integer } from '@sae-lab/measures';

interface OutsideCaptionProps {
  /** The number of extreme points. */
  readonly count: number;
  /** Whether the axis shows them. */
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

/** Says how many points are outside of the axis, and lets the reader bring them in. */
export function OutsideCaption({ count, all, onAll }: OutsideCaptionProps) {
  const points = count === 1 ? '1 point' : `${integer(count)} points`;
  return (
    <figcaption className="flex flex-wrap gap-x-2 text-xs text-soft">
      {all ? `The axis is stretched by ${points}.` : `▲ ${points} outside of the axis.`}
      <button type="button" className="text-accent hover:underline" onClick={() => onAll(!all)}>
        {all ? 'Leave them out' : 'Show all'}
      </button>
    </figcaption>
  );
}
