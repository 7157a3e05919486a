import { Card } from '@tremor/react';
import type { EvaluationRow } from '@sae-lab/db/reading';
import { figuresIn, formatOf, inSentence, integer, settingLabel, type Measure } from '@sae-lab/measures';
import { Collapsible } from '../components/collapsible.tsx';
import { instant } from '../format/time.ts';

/** The figures of an evaluation with their 95 % intervals. */
export function EvaluationCard({ evaluation }: { evaluation: EvaluationRow }) {
  const { name, version, figures, tokens, documents, settings, finishedAt } = evaluation;
  const given = Object.entries(settings).map(
    ([key, value]) =>
      `${inSentence(settingLabel(key))} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return (
    <Card className="p-4 sm:p-5">
      <Collapsible
        title={`Evaluation: ${name}`}
        note={[
          ...(tokens > 0 ? [`${integer(tokens)} tokens of ${integer(documents)} documents`] : []),
          ...given,
          `version ${version}`,
          instant(finishedAt),
        ].join(', ')}
      >
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]">
          {figuresIn(Object.keys(figures)).map((figure) => (
            <div key={figure.key} className="flex flex-col-reverse justify-end" title={figure.meaning}>
              <dt className="text-xs text-balance text-soft">{figure.label}</dt>
              <dd className="leading-7">
                <Measured measure={figure} {...figures[figure.key]!} />
              </dd>
            </div>
          ))}
        </dl>
      </Collapsible>
    </Card>
  );
}

function Measured({ measure, value, low, high }: { measure: Measure } & EvaluationRow['figures'][string]) {
  const format = formatOf(measure);
  return (
    <>
      <span className="text-lg font-medium">{format(Number.isNaN(value) ? null : value)}</span>
      {low === null || high === null ? null : (
        <span className="ml-1.5 text-xs whitespace-nowrap text-soft" title="95 % interval over documents">
          {format(low)} to {format(high)}
        </span>
      )}
    </>
  );
}
