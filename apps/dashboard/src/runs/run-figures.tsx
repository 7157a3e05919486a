import { Card } from '@tremor/react';
import { figuresIn } from '@sae-lab/measures';
import { FigureList, MeasuredFigure } from '../evaluations/measured-figure.tsx';

interface RunFiguresProps {
  readonly figures: Readonly<Record<string, number>>;
  /** 95 % intervals by the key of the figure. */
  readonly intervals: ReadonlyMap<string, { readonly low: number; readonly high: number }>;
}

/** What the SAE, as saved, does on held-out activations. */
export function RunFigures({ figures, intervals }: RunFiguresProps) {
  return (
    <Card className="p-4 sm:p-5">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-base font-semibold">On held-out activations</h2>
        <span className="text-[13px] text-soft">
          {intervals.size > 0 ? (
            'with 95 % intervals over documents, where they were evaluated'
          ) : (
            <>
              <code className="font-mono text-xs">pnpm evaluate</code> adds 95 % intervals
            </>
          )}
        </span>
      </div>
      <FigureList>
        {figuresIn(Object.keys(figures)).map((figure) => (
          <MeasuredFigure
            key={figure.key}
            measure={figure}
            value={figures[figure.key]!}
            low={intervals.get(figure.key)?.low ?? null}
            high={intervals.get(figure.key)?.high ?? null}
          />
        ))}
      </FigureList>
    </Card>
  );
}
