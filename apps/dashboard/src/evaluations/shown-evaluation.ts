import type { EvaluationRow } from '@sae-lab/db/reading';
import { instant } from '../format/time.ts';
import type { ShownEvaluation } from './evaluation-tabs.tsx';

/** An evaluation as its tab shows it. Times are written by the server: the browser's time zone may differ. */
export function shownEvaluation(evaluation: EvaluationRow): ShownEvaluation {
  const { id, name, version, settings, tokens, documents, finishedAt, figures } = evaluation;
  return { id, name, version, settings, tokens, documents, finishedAt, when: instant(finishedAt), figures };
}
