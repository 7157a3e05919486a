import { visibleLines, visibleText } from '@sae-lab/command-line';
import type { ServedCounts, ServeEvent } from '../serve/events.ts';
import { evaluationLine } from './evaluation-text.ts';
import { isEvaluationEvent } from './events.ts';
import type { TextSink } from './json-lines.ts';
import { figuresLine } from './plain-progress.ts';
import { rate, runName } from './run-name.ts';
import { timeLeft } from './time-left.ts';

const PROGRESS_INTERVAL_MS = 5000;

/** What a worker does, in lines. */
export function serveLines(
  output: TextSink,
  now: () => number = () => performance.now(),
): (event: ServeEvent) => void {
  let progressed = -Infinity;
  return (event) => {
    if (event.type.endsWith('.progress')) {
      if (now() - progressed < PROGRESS_INTERVAL_MS) return;
      progressed = now();
    }
    const line = lineOf(event);
    if (line !== undefined) output.write(`${line}\n`);
  };
}

function lineOf(event: ServeEvent): string | undefined {
  if (isEvaluationEvent(event)) return evaluationLine(event);
  switch (event.type) {
    case 'worker.started': {
      const { workerId, queues, concurrency, device, dataDir } = event;
      const runs = concurrency === 1 ? 'one run' : `${concurrency} runs`;
      return `worker ${workerId}: ${queues.join(', ')}; ${runs} at once on ${device}; files in ${visibleText(dataDir)}`;
    }
    case 'worker.waiting':
      return event.outstanding === 0 ? 'waiting for work' : `waiting: others work on ${event.outstanding}`;
    case 'worker.left': {
      const what = event.run === undefined ? event.queue : runName(event.run);
      return `${what}: left to others (${event.error.code})\n  ${visibleLines(event.error.message)}`;
    }
    case 'worker.handed-back':
      return `${runName(event.run)}: handed back (${event.reason})`;
    case 'worker.ended':
      return `Done: ${countsText(event)} in ${event.seconds.toFixed(1)} s. The worker ended because ${event.why}.`;
    case 'sweep.warning':
    case 'sweep.stopping':
    case 'activations.warning':
      return visibleLines(event.message);
    case 'activations.progress': {
      const { rows, tokensPerSecond, secondsLeft } = event;
      return `activations: ${rows} rows, ${rate(tokensPerSecond)}, ${timeLeft(secondsLeft)}`;
    }
    case 'worker.output':
      return event.line;
    case 'run.started':
      return `${runName(event)}: started`;
    case 'run.progress':
      return `${runName(event)}: step ${event.step} of ${event.totalSteps}, ${rate(event.tokensPerSecond)}`;
    case 'run.warning':
      return `${runName(event)}: ${visibleLines(event.message)}`;
    case 'run.finished':
      return `${runName(event)}: finished, ${figuresLine(event.figures)}, ${event.seconds.toFixed(1)} s`;
    case 'run.failed':
      return `${runName(event)}: failed (${event.error.code})\n  ${visibleLines(event.error.message)}`;
    case 'run.diverged':
      return `${runName(event)}: diverged at step ${event.step}`;
    case 'run.cancelled':
      return `${runName(event)}: cancelled at step ${event.step}`;
    // Of one sweep, or said otherwise above.
    case 'activations.finished':
    case 'activations.started':
    case 'activations.store':
    case 'download.progress':
    case 'run.interrupted':
    case 'run.paused':
    case 'run.requeued':
    case 'run.skipped':
    case 'sweep.finished':
    case 'sweep.started':
      return undefined;
  }
}

/** E.g. `4 finished, 1 handed back`. */
function countsText({
  finished,
  failed,
  diverged,
  cancelled,
  handedBack,
  left,
  extracted,
  evaluated,
}: ServedCounts): string {
  const counts = {
    finished,
    failed,
    diverged,
    cancelled,
    'handed back': handedBack,
    'left to others': left,
    [extracted === 1 ? 'extraction' : 'extractions']: extracted,
    evaluated,
  };
  const parts = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return parts.join(', ') || 'nothing';
}
