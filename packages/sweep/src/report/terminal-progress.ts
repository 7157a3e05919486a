import { visibleLines, visibleText } from '@sae-lab/command-line';
import { inRanges } from '@sae-lab/core/activations';
import { MultiBar, type SingleBar } from 'cli-progress';
import { evaluationRate } from './evaluation-text.ts';
import {
  isEvaluationEvent,
  type EvaluationEvent,
  type Reporter,
  type RunLabel,
  type SweepEvent,
} from './events.ts';
import { downloadText } from './download-text.ts';
import { rate } from './run-name.ts';
import { storeText } from './store-text.ts';
import { trackSweep } from './sweep-progress.ts';
import { timeLeft } from './time-left.ts';
import { shortened } from './shorten.ts';

/** Progress bars on a terminal: one for the activations, one for the sweep, one for each running run. */
export function terminalProgress(stream: NodeJS.WritableStream = process.stderr): Reporter {
  const bars = new MultiBar(
    {
      format: '{name} {bar} {percentage} % | {detail}',
      stream,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
    },
    { barCompleteChar: '█', barIncompleteChar: '░', format: '{name} {bar} {percentage} % | {detail}' },
  );
  const sweep = trackSweep();
  const runs = new Map<string, SingleBar>();
  const jobs = new Map<number, SingleBar>();
  let download: SingleBar | undefined;
  let activations: SingleBar | undefined;
  let extracting = false;
  let total: SingleBar | undefined;

  const drawSweep = (...details: string[]): void => {
    const { done, interrupted } = sweep;
    const stopped = interrupted === 0 ? [] : [`${interrupted} interrupted`];
    const detail = [`${done}/${sweep.total} runs`, ...stopped, ...details].join(', ');
    total?.update(sweep.runsDone, { detail });
  };
  /** Pointless once the sweep is being stopped. */
  const left = (): string[] =>
    sweep.interrupted > 0 || sweep.done === sweep.total ? [] : [timeLeft(sweep.secondsLeft)];
  const remove = (hash: string): void => {
    const bar = runs.get(hash);
    if (bar !== undefined) bars.remove(bar);
    runs.delete(hash);
  };

  const onEvaluation = (event: EvaluationEvent): void => {
    switch (event.type) {
      case 'evaluation.started': {
        const detail = `${hookText(event.hook)}, ${event.saes} SAEs`;
        jobs.set(event.job, bars.create(1, 0, { name: pad(event.evaluation), detail }));
        return;
      }
      case 'evaluation.progress': {
        const detail = `${hookText(event.hook)}, ${event.saes} SAEs, ${evaluationRate(event)}`;
        jobs.get(event.job)?.update(event.total > 0 ? event.done / event.total : 0, { detail });
        return;
      }
      case 'evaluation.warning':
        return log(bars, visibleLines(event.message));
      case 'evaluations.finished':
        // What is over stays in the table.
        for (const bar of jobs.values()) bars.remove(bar);
        return jobs.clear();
      case 'evaluations.started':
      case 'evaluation.finished':
      case 'evaluation.skipped':
      case 'evaluation.matched':
      case 'evaluation.failed':
      case 'evaluation.interrupted':
        return;
    }
  };

  const draw = ({ runHash, variant, coefficient, hook }: RunLabel): void => {
    if (runs.has(runHash)) return;
    const name = pad(visibleText(`${variant} ${coefficient}`));
    runs.set(runHash, bars.create(1, 0, { name, detail: hookText(hook) }));
  };

  const onEvent = (event: SweepEvent): void => {
    if (isEvaluationEvent(event)) return onEvaluation(event);
    sweep.add(event);
    switch (event.type) {
      case 'sweep.started':
        if (event.toRun > 0) total = bars.create(event.toRun, 0, { name: pad('sweep'), detail: '' });
        return drawSweep();
      case 'download.progress': {
        download ??= bars.create(1, 0, { name: pad('download'), detail: '' });
        // A model is downloaded in two parts: the weights follow the small files.
        download.update(event.bytes / event.totalBytes, { detail: downloadText(event) });
        return;
      }
      case 'activations.store':
        return log(bars, visibleLines(storeText(event)));
      case 'activations.started':
        extracting = true;
        activations = bars.create(1, 0, {
          name: pad('activations'),
          detail: hookText(inRanges(event.hooks).join(', ')),
        });
        return;
      case 'activations.progress': {
        const { tokensPerSecond, secondsLeft, rows, tokens } = event;
        const allTokens = tokens + tokensPerSecond * (secondsLeft ?? Infinity);
        activations?.update(allTokens > 0 ? tokens / allTokens : 0, {
          detail: `${rows} rows, ${rate(tokensPerSecond)}, ${timeLeft(secondsLeft)}`,
        });
        return;
      }
      case 'sweep.warning':
      case 'sweep.stopping':
      case 'activations.warning':
      case 'run.warning':
        return log(bars, visibleLines(event.message));
      case 'worker.output':
        return log(bars, event.line);
      case 'activations.finished':
        extracting = false;
        activations?.update(1, { detail: `done in ${event.seconds.toFixed(1)} s` });
        return;
      case 'run.started':
        return draw(event);
      case 'run.paused':
        return remove(event.runHash);
      case 'run.progress': {
        // A run that was paused has no bar.
        draw(event);
        const detail = `${hookText(event.hook)}, ${rate(event.tokensPerSecond)}, ${timeLeft(event.secondsLeft)}`;
        runs.get(event.runHash)?.update(event.step / event.totalSteps, { detail });
        return drawSweep(...left());
      }
      case 'run.requeued':
        total?.setTotal(sweep.total);
        return drawSweep(...left());
      case 'run.finished':
      case 'run.failed':
      case 'run.diverged':
      case 'run.interrupted':
      case 'run.cancelled':
      case 'run.skipped':
        remove(event.runHash);
        return drawSweep(...left());
      case 'sweep.finished':
        // Estimates of what did not finish no longer matter.
        for (const hash of runs.keys()) remove(hash);
        if (extracting && activations !== undefined) bars.remove(activations);
        if (download !== undefined) bars.remove(download);
        return drawSweep();
    }
  };
  return { report: onEvent, close: () => bars.stop() };
}

/** Prints above the bars. */
function log(bars: MultiBar, text: string): void {
  // cli-progress takes one line at a time.
  for (const line of text.split('\n')) bars.log(`${line}\n`);
}

const NAME_WIDTH = 28;
const HOOK_WIDTH = 60;

function pad(name: string): string {
  return name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name.padEnd(NAME_WIDTH);
}

function hookText(hook: string): string {
  return shortened(visibleText(hook), HOOK_WIDTH);
}
