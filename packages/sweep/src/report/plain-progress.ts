import { visibleLines, visibleText } from '@sae-lab/command-line';
import { inRanges } from '@sae-lab/core/activations';
import { figuresShown, figureText, inSentence } from '@sae-lab/measures';
import { evaluationLine } from './evaluation-text.ts';
import { isEvaluationEvent, type Reporter, type SweepEvent } from './events.ts';
import type { TextSink } from './json-lines.ts';
import { downloadText } from './download-text.ts';
import { rate, runName } from './run-name.ts';
import { storeText } from './store-text.ts';
import { trackSweep } from './sweep-progress.ts';
import { timeLeft } from './time-left.ts';

const PROGRESS_INTERVAL_MS = 5000;

/** Short lines for logs and pipes, where nothing can be redrawn. */
export function plainProgress(output: TextSink, now: () => number = () => performance.now()): Reporter {
  const sweep = trackSweep(now);
  const line = (text: string): void => void output.write(`${text}\n`);
  const lastWritten: Record<string, number> = {};
  const isDue = ({ type }: SweepEvent): boolean => {
    if (now() - (lastWritten[type] ?? -Infinity) < PROGRESS_INTERVAL_MS) return false;
    lastWritten[type] = now();
    return true;
  };
  const ended = (event: Parameters<typeof runName>[0], what: string): void =>
    line(`[${sweep.done}/${sweep.total}] ${runName(event)}: ${what}`);

  return {
    report(event) {
      if (isEvaluationEvent(event)) {
        if (event.type === 'evaluation.progress' && !isDue(event)) return;
        const text = evaluationLine(event);
        return text === undefined ? undefined : line(text);
      }
      sweep.add(event);
      switch (event.type) {
        case 'sweep.started':
          return line(`sweep ${visibleText(event.name)}: ${event.toRun} of ${event.runs} runs to train`);
        case 'download.progress':
          return isDue(event) ? line(`download: ${downloadText(event)}`) : undefined;
        case 'activations.store':
          return line(visibleText(storeText(event)));
        case 'activations.started':
          return line(`activations: ${visibleText(inRanges(event.hooks).join(', '))}`);
        case 'activations.progress': {
          if (!isDue(event)) return;
          const { rows, tokensPerSecond, secondsLeft } = event;
          return line(`activations: ${rows} rows, ${rate(tokensPerSecond)}, ${timeLeft(secondsLeft)}`);
        }
        case 'activations.finished':
          return line(`activations: done in ${event.seconds.toFixed(1)} s`);
        case 'sweep.warning':
        case 'sweep.stopping':
        case 'activations.warning':
          return line(visibleLines(event.message));
        case 'run.warning':
          return line(`${runName(event)}: ${visibleLines(event.message)}`);
        case 'worker.output':
          return line(event.line);
        case 'run.progress':
          if (!isDue(event)) return;
          return line(
            `[${sweep.done}/${sweep.total}] ${rate(sweep.tokensPerSecond)}, ${timeLeft(sweep.secondsLeft)}`,
          );
        case 'run.finished':
          return ended(event, `finished, ${figuresLine(event.figures)}, ${event.seconds.toFixed(1)} s`);
        case 'run.failed':
          return ended(event, `failed (${event.error.code})`);
        case 'run.diverged':
          return event.earlier ? undefined : ended(event, `diverged at step ${event.step}`);
        case 'run.interrupted':
          return ended(event, `interrupted at step ${event.step}`);
        case 'run.cancelled':
          return event.earlier ? undefined : ended(event, `cancelled at step ${event.step}`);
        case 'run.requeued':
          return line(`${runName(event)}: retried on request`);
        case 'sweep.finished':
          return line(`done in ${event.seconds.toFixed(1)} s`);
        case 'run.started':
        case 'run.paused':
        case 'run.skipped':
          return;
      }
    },
    close() {},
  };
}

/** The headline figures of a run, in one line. */
export function figuresLine(figures: Readonly<Record<string, number>>): string {
  return figuresShown('headline', (key) => key in figures)
    .map((figure) => `${inSentence(figure.label)} ${figureText(figure, figures[figure.key])}`)
    .join(', ');
}
