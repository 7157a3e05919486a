// A process that trains one run at a time for the `sweep` command. It is not a command of its own: it is forked
// with the experiment's file as its argument, takes jobs over the channel and writes to no database.
import { outliveReaders } from '@sae-lab/command-line';
import { executeRun, type RunOutcome } from '@sae-lab/core';
import { variantOf } from '../definition/define-sweep.ts';
import { loadExperiment } from '../definition/load-experiment.ts';
import { errorJson } from './error-json.ts';
import { IMPORTED, type FromWorker, type ToWorker } from './protocol.ts';

// Ctrl-C and a closed terminal reach the whole process group. The parent decides, and sends `stop`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
outliveReaders();
process.on('disconnect', () => process.exit(1));

// From the event loop, like all else: a process that is stuck in a computation falls silent.
setInterval(() => send({ type: 'alive' }), 1000);

const stop = new AbortController();
const stopped = new Promise<RunOutcome>((resolve) => {
  stop.signal.addEventListener('abort', () => resolve({ status: 'interrupted', step: 0 }));
});
const experiment = loadExperiment(process.argv[2] as string).finally(() => {
  for (const stream of [process.stdout, process.stderr]) stream.write(`${IMPORTED}\n`);
});
// Told with the first run; unhandled, it would end the process before.
experiment.catch(() => {});

process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') stop.abort();
  else void run(message.args);
});

async function run(args: Extract<ToWorker, { type: 'run' }>['args']): Promise<void> {
  try {
    // An import that never ends has nothing to write down.
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
  // A parent that is gone has no use for it; 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => {});
}
