// Trains or evaluates one at a time for `pnpm sweep`, `pnpm evaluate` and `pnpm worker`. Forked with the experiment file as
// its argument if it trains for a sweep; it receives its work over the channel and does not write to the database.
import { outliveReaders } from '@sae-lab/command-line';
import {
  executeEvaluation,
  executeMatches,
  executeRun,
  type ExecuteEvaluationArgs,
  type ExecuteMatchesArgs,
  type RunOutcome,
} from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';
import { variantOf } from '../definition/define-sweep.ts';
import { loadExperiment } from '../definition/load-experiment.ts';
import { variantFromPackage } from '../definition/variant-package.ts';
import { errorJson } from './error-json.ts';
import { Lease } from './lease.ts';
import { ENDED, IMPORTED, type FromWorker, type ToWorker } from './protocol.ts';

// Ctrl-C and a closed terminal signal the whole process group. The parent decides, and sends `stop`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => {});
outliveReaders();
process.on('disconnect', () => process.exit(1));

const lease = new Lease();

// On the event loop, so that a process that is stuck in a computation falls silent.
setInterval(() => {
  if (!lease.isOver) return send({ type: 'alive' });
  lease.valid().catch((error: unknown) => {
    const failed: FromWorker = { type: 'failed', error: errorJson(error) };
    process.send?.(failed, undefined, undefined, () => process.exit(1));
  });
}, 1000);

const stop = new AbortController();
const stopped = new Promise<RunOutcome>((resolve) => {
  stop.signal.addEventListener('abort', () => resolve({ status: 'interrupted', step: 0 }));
});
/** Bound before the experiment is imported, which may replace or silence what the streams do. */
const writes = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));
function mark(what: string): void {
  for (const write of writes) write(`${what}\n`);
}
const [file] = process.argv.slice(2);
const experiment = (file === undefined ? Promise.resolve(undefined) : loadExperiment(file)).finally(() => {
  mark(IMPORTED);
});
// Reported with the first run. Unhandled, it would end the process before that.
experiment.catch(() => {});

/** What the parent has not stored of the latents yet. */
let unstored: PromiseWithResolvers<void> | undefined;
stop.signal.addEventListener('abort', () => unstored?.reject(stoppedError()));

process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'stop':
      return stop.abort();
    case 'lease':
      return lease.extend(message.until);
    case 'stored':
      return unstored?.resolve();
    case 'run':
      return void run(message.args);
    case 'evaluate':
      return void evaluate(message.args);
    case 'match':
      return void match(message.args);
  }
});

async function run(args: Extract<ToWorker, { type: 'run' }>['args']): Promise<void> {
  try {
    // An import that never ends has no checkpoint to write.
    const imported = await Promise.race([experiment, stopped]);
    if (imported !== undefined && 'status' in imported) return answer({ type: 'outcome', outcome: imported });
    const variant =
      imported === undefined
        ? await variantFromPackage(args.spec.variant)
        : variantOf(imported.definition, args.spec.variant.name);
    const outcome = await executeRun(
      { ...args, variant },
      {
        onEvent: (event) => send({ type: 'event', event }),
        signal: stop.signal,
        beforeWrite: () => lease.valid(),
      },
    );
    answer({ type: 'outcome', outcome });
  } catch (error) {
    answer({ type: 'failed', error: errorJson(error) });
  }
}

async function evaluate(args: ExecuteEvaluationArgs): Promise<void> {
  try {
    const results = await executeEvaluation(args, {
      signal: stop.signal,
      onProgress: (progress) => send({ type: 'evaluation.progress', progress }),
      warn: (message) => send({ type: 'evaluation.warning', message }),
      onFeatures: (id, latents) => {
        const stored = untilStored();
        send({ type: 'features', id, latents });
        return stored;
      },
      onProbes: (id, probes) => {
        const stored = untilStored();
        send({ type: 'probes', id, probes });
        return stored;
      },
    });
    answer({ type: 'evaluated', results });
  } catch (error) {
    answer({ type: 'failed', error: errorJson(error) });
  }
}

async function match(args: ExecuteMatchesArgs): Promise<void> {
  try {
    answer({ type: 'matched', matches: await executeMatches(args, { signal: stop.signal }) });
  } catch (error) {
    answer({ type: 'failed', error: errorJson(error) });
  }
}

/** Bounds the memory of the parent: it takes more once it has stored what it has. */
function untilStored(): Promise<void> {
  unstored = Promise.withResolvers<void>();
  if (stop.signal.aborted) unstored.reject(stoppedError());
  return unstored.promise;
}

function stoppedError(): SaeLabError {
  return new SaeLabError('run.stopped', { problem: 'the run was asked to stop' });
}

/** Sends how the work ended, after everything that it printed. */
function answer(message: FromWorker): void {
  mark(ENDED);
  send(message);
}

function send(message: FromWorker): void {
  // Errors are ignored: if the parent is gone, 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => {});
}
