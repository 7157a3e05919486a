import 'server-only';
import type { EvaluationRow } from '@sae-lab/db/reading';
import { sentNumber } from '../values.ts';

/** An evaluation as the API has it. */
export function sentEvaluation(evaluation: EvaluationRow) {
  const { id, name, version, settings, dataId, activationsId, tokens, documents, seconds } = evaluation;
  return {
    id,
    name,
    version,
    settings,
    dataId,
    activationsId,
    tokens,
    documents,
    seconds,
    finishedAt: evaluation.finishedAt.toISOString(),
    figures: Object.fromEntries(
      Object.entries(evaluation.figures).map(([key, { value, low, high }]) => [
        key,
        {
          value: sentNumber(value),
          low: low === null ? null : sentNumber(low),
          high: high === null ? null : sentNumber(high),
        },
      ]),
    ),
  };
}
