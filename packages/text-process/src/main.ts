// Answers one request at a time for the dashboard and keeps the model between them. Forked by the service; reads the
// database of DATABASE_URL and the data folder SAE_LAB_DATA.
import { availableParallelism } from 'node:os';
import { environment, outliveReaders } from '@sae-lab/command-line';
import { connectDatabase, explainError } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { useDevice } from '@sae-lab/kernels';
import type { TextAnswer } from '@sae-lab/text/answers';
import type { TextRequest } from '@sae-lab/text/requests';
import type { FromProcess, ToProcess } from '@sae-lab/text/protocol';
import { readText } from './read-text.ts';
import { steerText } from './steer-text.ts';
import { Warm } from './warm.ts';

// Ctrl-C and a closed terminal signal the whole process group. The service decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
outliveReaders();
process.on('disconnect', () => process.exit(0));

const threads = availableParallelism();
const dataDir = environment('SAE_LAB_DATA')!;
// Both begin before the first request is here; a failure is reported with it.
const device = useDevice({ device: 'cpu', threads });
const opened = connectDatabase({ url: environment('DATABASE_URL')! });
const warm = opened.then(
  (database) =>
    new Warm({ database, device, dataDir, threads, onLoad: () => send({ type: 'stage', stage: 'loading' }) }),
);
for (const started of [device, warm]) started.catch(() => {});

let current: AbortController | undefined;

process.on('message', (message: ToProcess) => {
  if (message.type === 'cancel') current?.abort();
  else void respond(message.request);
});

async function respond(request: TextRequest): Promise<void> {
  const stop = new AbortController();
  current = stop;
  try {
    send(await answered(request, stop.signal));
  } catch (error) {
    send({ type: 'failed', error: errorJson(error, stop.signal) });
  }
}

async function answered(request: TextRequest, signal: AbortSignal): Promise<FromProcess> {
  const database = await opened;
  const loaded = await (await warm).load(request.kind === 'read' ? request.saes : [request.sae]);
  signal.throwIfAborted();
  send({ type: 'stage', stage: 'computing' });
  const start = performance.now();
  const answer: TextAnswer =
    request.kind === 'read'
      ? await readText(loaded, request, signal)
      : await steerText(loaded, request, { database, signal });
  return { type: 'answer', answer, computing: performance.now() - start };
}

function errorJson(error: unknown, signal: AbortSignal): Extract<FromProcess, { type: 'failed' }>['error'] {
  const explained = explainError(error);
  if (signal.aborted)
    return new SaeLabError('text.cancelled', { problem: 'the request was cancelled' }).toJSON();
  if (explained instanceof SaeLabError) return explained.toJSON();
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new SaeLabError('text.failed', { problem, cause: error }).toJSON();
}

function send(message: FromProcess): void {
  // Errors are ignored: if the service is gone, 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => {});
}
