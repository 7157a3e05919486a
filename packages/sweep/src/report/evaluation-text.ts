import { visibleLines, visibleText } from '@sae-lab/command-line';
import { figuresIn, figureText, inSentence } from '@sae-lab/measures';
import type { EvaluationCounts, EvaluationEvent, MeasuredFigures } from './events.ts';
import { timeLeft } from './time-left.ts';

type Progress = Extract<EvaluationEvent, { type: 'evaluation.progress' }>;

/** How fast an evaluation is, e.g. `12.3k tokens/s, 0:07 left`. */
export function evaluationRate({ perSecond, unit, secondsLeft }: Progress): string {
  const rate = perSecond >= 1000 ? `${(perSecond / 1000).toFixed(1)}k` : perSecond.toFixed(0);
  return `${rate} ${unit}/s, ${timeLeft(secondsLeft)}`;
}

/** An event as a line; undefined for one that is not shown. */
export function evaluationLine(event: EvaluationEvent): string | undefined {
  switch (event.type) {
    case 'evaluations.started':
      return `evaluations: ${event.evaluations} to do, in ${event.jobs} ${event.jobs === 1 ? 'pass' : 'passes'}`;
    case 'evaluation.started':
      return `${event.evaluation}: ${visibleText(event.hook)}, ${event.saes} ${event.saes === 1 ? 'SAE' : 'SAEs'}`;
    case 'evaluation.progress': {
      const { evaluation, hook, done, total, unit } = event;
      return `${evaluation}: ${visibleText(hook)}, ${done} of ${total} ${unit}, ${evaluationRate(event)}`;
    }
    case 'evaluation.warning':
      return `${event.evaluation}: ${visibleText(event.hook)}: ${visibleLines(event.message)}`;
    case 'evaluation.finished':
      return `${subjectText(event)}: ${headlineText(event.figures) || 'finished'}`;
    case 'evaluation.failed':
      return `${subjectText(event)}: failed (${event.error.code})`;
    case 'evaluation.interrupted':
      return `${event.evaluation}: ${visibleText(event.hook)}: interrupted`;
    case 'evaluations.finished':
      return `evaluations: ${evaluationCounts(event)} in ${event.seconds.toFixed(1)} s`;
    case 'evaluation.matched':
      return event.earlier ? undefined : `${visibleText(event.a)} and ${visibleText(event.b)}: matched`;
    case 'evaluation.skipped':
      return undefined;
  }
}

/** Names the hook, because results of several hooks arrive in any order. */
function subjectText({ evaluation, hook, sae }: { evaluation: string; hook: string; sae: string }): string {
  return `${evaluation}: ${visibleText(sae)}, ${visibleText(hook)}`;
}

/** E.g. `18 finished, 2 failed`. */
export function evaluationCounts({ finished, skipped, failed, interrupted }: EvaluationCounts): string {
  const counts = { finished, 'finished earlier': skipped, failed, interrupted };
  const parts = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return parts.join(', ') || 'none';
}

/** The headline figures, or the first three where an evaluation has none. */
function headlineText(figures: MeasuredFigures): string {
  const all = figuresIn(Object.keys(figures));
  const headlines = all.filter(({ prominence }) => prominence === 'headline');
  return (headlines.length > 0 ? headlines : all.slice(0, 3))
    .map((figure) => `${inSentence(figure.label)} ${figureText(figure, figures[figure.key]!.value)}`)
    .join(', ');
}
