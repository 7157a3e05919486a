import { formatOf } from '@sae-lab/measures';
import type { AxisChoice } from './axis-choice.ts';
import type { ReferenceMark } from './scatter-references.ts';

interface FarReferencesProps {
  readonly marks: readonly ReferenceMark[];
  readonly x: AxisChoice;
  readonly y: AxisChoice;
  readonly onShow: () => void;
}

/** References that would stretch the axes: their values, and a button that shows them. */
export function FarReferences({ marks, x, y, onShow }: FarReferencesProps) {
  const texts = marks.map(({ label, x: atX, y: atY }) =>
    [
      label,
      atX === null ? '' : `${x.measure.label} ${formatOf(x.measure)(atX)}`,
      `${y.measure.label} ${formatOf(y.measure)(atY)}`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  );
  return (
    <p className="text-xs text-soft">
      Outside of the axes: {[...new Set(texts)].join('; ')}.{' '}
      <button type="button" className="text-accent hover:underline" onClick={onShow}>
        Show all references
      </button>
    </p>
  );
}
