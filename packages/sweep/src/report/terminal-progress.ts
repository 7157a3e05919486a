import { MultiBar, type SingleBar } from 'cli-progress';
import type { Reporter, SweepEvent } from './events.ts';
import { timeLeft } from './time-left.ts';
import { shortened, visibleLines, visibleText } from './visible-text.ts';

/** Bars on a terminal's error stream: one for the activations, one for the sweep, one for each run under way. */
export function terminalProgress(): Reporter {
  const bars = new MultiBar(
    {
      format: '{name} {bar} {percentage} % | {detail}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
    },
    { barCompleteChar: '█', barIncompleteChar: '░', format: '{name} {bar} {percentage} % | {detail}' },
  );
  const runs = new Map<string, { bar: SingleBar; fraction: number }>();
  let activations: SingleBar | undefined;
  let sweep: { bar: SingleBar; total: number; done: number; since: number } | undefined;

  const drawSweep = (): void => {
    if (sweep === undefined) return;
    const done = sweep.done + [...runs.values()].reduce((sum, { fraction }) => sum + fraction, 0);
    const elapsed = (performance.now() - sweep.since) / 1000;
    const left = done === 0 ? null : (elapsed * (sweep.total - done)) / done;
    sweep.bar.update(done, { detail: `${sweep.done}/${sweep.total} runs, ${timeLeft(left)}` });
  };
  const remove = (hash: string): void => {
    const run = runs.get(hash);
    if (run !== undefined) bars.remove(run.bar);
    runs.delete(hash);
  };

  const onEvent = (event: SweepEvent): void => {
    switch (event.type) {
      case 'sweep.started':
        if (event.toRun > 0) {
          const bar = bars.create(event.toRun, 0, { name: pad('sweep'), detail: `0/${event.toRun} runs` });
          sweep = { bar, total: event.toRun, done: 0, since: performance.now() };
        }
        return;
      case 'activations.started':
        activations = bars.create(1, 0, {
          name: pad('activations'),
          detail: hookText(event.hooks.join(', ')),
        });
        return;
      case 'activations.progress': {
        const { tokensPerSecond, secondsLeft, rows, tokens } = event;
        const total = tokens + tokensPerSecond * (secondsLeft ?? Infinity);
        activations?.update(total > 0 ? tokens / total : 0, {
          detail: `${rows} rows, ${rate(tokensPerSecond)}, ${timeLeft(secondsLeft)}`,
        });
        return;
      }
      case 'activations.warning':
      case 'run.warning':
        bars.log(`${visibleLines(event.message)}\n`);
        return;
      case 'activations.finished':
        activations?.update(1, { detail: `done in ${event.seconds.toFixed(1)} s` });
        // The time left is that of the runs.
        if (sweep !== undefined) sweep.since = performance.now();
        return;
      case 'run.started': {
        const name = pad(visibleText(`${event.variant} ${event.coefficient}`));
        runs.set(event.hash, { bar: bars.create(1, 0, { name, detail: hookText(event.hook) }), fraction: 0 });
        return;
      }
      case 'run.progress': {
        const run = runs.get(event.hash);
        if (run === undefined) return;
        run.fraction = event.step / event.totalSteps;
        const detail = `${hookText(event.hook)}, ${rate(event.tokensPerSecond)}, ${timeLeft(event.secondsLeft)}`;
        run.bar.update(run.fraction, { detail });
        drawSweep();
        return;
      }
      case 'run.skipped':
      case 'sweep.warning': // said before there were bars
      case 'sweep.finished':
        return;
      case 'run.finished':
      case 'run.failed':
      case 'run.diverged':
      case 'run.interrupted':
        if (event.type === 'run.diverged' && event.earlier) return;
        remove(event.hash);
        if (sweep !== undefined) sweep.done += 1;
        drawSweep();
        return;
    }
  };
  return { report: onEvent, close: () => bars.stop() };
}

const NAME_WIDTH = 28;
const HOOK_WIDTH = 60;

function pad(name: string): string {
  return name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name.padEnd(NAME_WIDTH);
}

function hookText(hook: string): string {
  return shortened(visibleText(hook), HOOK_WIDTH);
}

function rate(tokensPerSecond: number): string {
  return `${(tokensPerSecond / 1000).toFixed(1)}k tokens/s`;
}
