// Trains one run at a time for `pnpm sweep`. Forked with the experiment file as its argument; it receives runs over the
// channel and does not write to the database.
import { outliveReaders } from '@sae-lab/command-line';
import { executeRun, type RunOutcome } from '@sae-lab/core';
import { variantOf } from '../definition/define-sweep.ts';
import { loadExperiment } from '../definition/load-experiment.ts';
import { errorJson } from './error-json.ts';
import { IMPORTED, type FromWorker, type ToWorker } from './protocol.ts';

// Ctrl-C and a closed terminal signal the whole process group. The parent decides, and sends `stop`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
outliveReaders();
process.on('disconnect', () => process.exit(1));

// On the event loop, so that a process that is stuck in a computation falls silent.
setInterval(() => send({ type: 'alive' }), 1000);

const stop = new AbortController();
const stopped = new Promise<RunOutcome>((resolve) => {
  stop.signal.addEventListener('abort', () => resolve({ status: 'interrupted', step: 0 }));
});
const experiment = loadExperiment(process.argv[2] as string).finally(() => {
  for (const stream of [process.stdout, process.stderr]) stream.write(`${IMPORTED}\n`);
});
// Reported with the first run. Unhandled, it would end the process before that.
experiment.catch(() => {});

process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') stop.abort();
  else void run(message.args);
});

async function run(args: Extract<ToWorker, { type: 'run' }>['args']): Promise<void> {
  try {
    // An import that never ends has no checkpoint to write.
    const imported = await Promise.race([experiment, stopped]);
    if ('status' in imported) return send({ type: 'outcome', outcome: imported });
    const { definition } = imported;
    const variant = variantOf(definition, args.spec.variant.name);
    const outcome = await executeRun(
      { ...args, variant },
      { onEvent: (event) => send({ type: 'event', event }), signal: stop.signal },
    );
    send({ type: 'outcome', outcome });
  } catch (error) {
    send({ type: 'failed', error: errorJson(error) });
  }
}

function send(message: FromWorker): void {
  // Errors are ignored: if the parent is gone, 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => {});
}
