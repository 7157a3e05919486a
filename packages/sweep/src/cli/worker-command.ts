import { beforeStart, EXIT, printError, PROJECT_ROOT } from '@sae-lab/command-line';
import { clusterId, explainError, openDatabase, storeLocations, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import { QUEUES, trainingQueue, type QueueName } from '../queue/queues.ts';
import { emptyQueuesNotice } from '../report/empty-queues-notice.ts';
import { jsonLines } from '../report/json-lines.ts';
import { serveLines } from '../report/serve-lines.ts';
import { storeNotice } from '../report/store-notice.ts';
import type { ServeEvent } from '../serve/events.ts';
import { serveQueues } from '../serve/serve-queues.ts';
import { openSharedFiles, type SharedFiles } from '../shared/shared-files.ts';
import { probeDevice } from '../worker/probe-device.ts';
import { resultOutput } from './command-output.ts';
import { listenForStops } from './stop-signals.ts';
import type { WorkerOptions } from './worker-options.ts';

/**
 * The `worker` command. Returns the exit code.
 *
 * @param listening called once signals are listened to
 * @throws {SaeLabError} for a device, data folder or database that cannot be used
 */
export async function workerCommand(options: WorkerOptions, listening: () => void): Promise<number> {
  const output = resultOutput(options);
  const lines = serveLines(process.stderr);
  const report = (event: ServeEvent): void => {
    lines(event);
    if (options.json) jsonLines(output, event);
  };
  const { device, queues } = await beforeStart(async () => {
    const { device: found, choice } = await probeDevice(options.device);
    if (choice !== undefined) say(choice);
    return { device: found, queues: queuesOf(options, found) };
  });
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  const stops = listenForStops(
    (message) => report({ type: 'sweep.stopping', message }),
    'Stopping: runs write a checkpoint and are handed back. A second signal kills their processes.',
    // Clusters announce with it that the machine is about to be taken away.
    { SIGUSR1: 143 },
  );
  listening();
  const over = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const kill = new AbortController();
  const stop = AbortSignal.any([stops.signals.stop, over.signal]);
  stop.addEventListener('abort', () => {
    timers.push(setTimeout(() => kill.abort(), options.graceSeconds * 1000));
  });
  if (options.forSeconds !== undefined) {
    timers.push(setTimeout(() => over.abort(), options.forSeconds * 1000));
  }
  const killed = AbortSignal.any([stops.signals.kill, kill.signal]);
  let shared: SharedFiles | undefined;
  try {
    // Read before this worker's own store is noted.
    const known = await knownStores(database);
    shared = await openSharedFiles(database, { ...options, giveUp: killed });
    const notice = storeNotice(shared.location, known);
    if (notice !== undefined) say(notice);
    const counts = await serveQueues(
      database,
      {
        ...options,
        projectRoot: PROJECT_ROOT,
        queues,
        device,
        shared,
        whyStopped: () => (stops.exitCode() === undefined ? 'its time was over' : 'it was stopped'),
      },
      { stop, kill: killed },
      report,
    );
    const empty = emptyQueuesNotice(counts, options.dataDir);
    if (empty !== undefined && stops.exitCode() === undefined) say(empty);
    // Runs that failed are recorded. The worker did its work.
    return stops.exitCode() ?? EXIT.done;
  } catch (error) {
    const stopped = stops.exitCode();
    if (stopped === undefined) throw explainError(error);
    printError(explainError(error));
    return stopped;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    shared?.close();
    await database.close();
    stops.close();
  }
}

/** The stores that were used with a database; none where its user may not ask which database it is. */
async function knownStores({ db }: Database): Promise<readonly string[]> {
  try {
    return await storeLocations(db, await clusterId(db));
  } catch {
    return [];
  }
}

/** The queues to serve. */
function queuesOf({ queues }: WorkerOptions, device: ChosenDevice): readonly QueueName[] {
  const own = trainingQueue(device);
  const other = own === 'train.cpu' ? 'train.gpu' : 'train.cpu';
  if (queues === undefined) return QUEUES.filter((name) => name !== other);
  if (!queues.includes(other)) return queues;
  throw new SaeLabError('cli.usage', {
    problem: `has ${other}, and this worker trains on ${device}`,
    field: '--queues',
    expected: own,
    received: queues.join(','),
    fix: 'Choose the device with --device. Start a second worker for the other queue.',
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
