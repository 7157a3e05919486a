import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type {
  EvaluationProgress,
  EvaluationResult,
  ExecuteEvaluationArgs,
  ExecuteMatchesArgs,
  ExecuteRunArgs,
  LatentFeatures,
  LatentProbe,
  RunEvent,
  RunOutcome,
  SaeMatches,
} from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';
import { crash, silence } from './process-errors.ts';
import { ENDED, IMPORTED, type ErrorJson, type FromWorker, type ToWorker } from './protocol.ts';

const script = fileURLToPath(new URL('worker-process.ts', import.meta.url));
const LINES_KEPT = 20;
/** Number of checks within the longest silence allowed. */
const CHECKS = 10;

interface Failed {
  readonly status: 'failed';
  readonly error: ErrorJson;
}

export type WorkerResult = RunOutcome | Failed;
export type EvaluationAnswer =
  | { readonly status: 'evaluated'; readonly results: readonly EvaluationResult[] }
  | Failed;

export type MatchAnswer = { readonly status: 'matched'; readonly matches: SaeMatches } | Failed;

/** What the parent does while a worker evaluates. */
export interface EvaluationListener {
  onProgress(progress: EvaluationProgress): void;
  onWarning(message: string): void;
  /** Stores feature data. If it rejects, the worker is killed. */
  onFeatures(id: string, latents: readonly LatentFeatures[]): Promise<void>;
  /** Stores probes of latents in the same way. */
  onProbes(id: string, probes: readonly LatentProbe[]): Promise<void>;
}

/** How a run ended. */
export type EndOfRun = Exclude<WorkerResult, { status: 'paused' }>;

/** A run without its variant, which is code. */
export type RunArgs = Omit<ExecuteRunArgs, 'variant'>;

type OnPrinted = (line: string, stream: 'output' | 'error') => void;

/** A worker process, seen from the parent. */
export interface Worker {
  /** Whether the process still accepts work. */
  readonly alive: boolean;
  /**
   * Trains one run at a time. If the process dies the run has failed; this does not reject.
   *
   * @param onPrinted receives each line that the process prints for this run
   */
  run(args: RunArgs, onEvent: (event: RunEvent) => void, onPrinted?: OnPrinted): Promise<WorkerResult>;
  /** Evaluates SAEs of one hook, one call at a time. If the process dies the evaluation has failed. */
  evaluate(args: ExecuteEvaluationArgs, listener: EvaluationListener): Promise<EvaluationAnswer>;
  /** Matches two SAEs of one hook. If the process dies the matching has failed. */
  match(args: ExecuteMatchesArgs): Promise<MatchAnswer>;
  /** Extends the time until which the process may write files; see {@link Lease}. */
  lease(until: bigint): void;
  /** Asks the run to write a checkpoint and end early. */
  stop(): void;
  kill(): void;
  close(): void;
}

/**
 * Starts a worker process.
 *
 * @param experimentFile the experiment whose runs it trains; undefined for a worker that takes variants from their packages,
 *   or only evaluates
 * @param silenceSeconds a process that is silent for this long while it trains is killed, and its run fails
 * @param onOutput receives each line that the process prints, except while it imports the experiment: the parent's own
 *   import has printed the same
 */
export function startWorker(
  experimentFile: string | undefined,
  silenceSeconds: number,
  onOutput: (line: string) => void,
): Worker {
  // Node's own fork. execa wraps the same call, but would not replace the code for messages, output and silence, which is
  // most of this file. It would also need options not to buffer output and not to reject.
  // 'advanced' keeps NaN and the infinities, which JSON would turn into null.
  const child = fork(script, experimentFile === undefined ? [] : [experimentFile], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastLines: string[] = [];
  /** Streams that are open, and those that have not been read to the end of the present work. */
  const open = new Set(['output', 'error'] as const);
  let unread = new Set<'output' | 'error'>();
  let printed: OnPrinted | undefined;
  for (const stream of ['output', 'error'] as const) {
    const input = (stream === 'output' ? child.stdout : child.stderr) as Readable;
    let imported = false;
    const readToEnd = (): void => {
      unread.delete(stream);
      current?.read();
    };
    const lines = createInterface({ input });
    // Code of an experiment may close a stream.
    lines.on('close', () => {
      open.delete(stream);
      readToEnd();
    });
    lines.on('line', (line) => {
      if (line.endsWith(IMPORTED)) return void (imported = true);
      const hasEnded = line.endsWith(ENDED);
      const text = hasEnded ? line.slice(0, -ENDED.length) : line;
      if (!hasEnded || text !== '') {
        lastLines.push(text);
        if (lastLines.length > LINES_KEPT) lastLines.shift();
        if (imported) onOutput(text);
        if (imported) printed?.(text, stream);
      }
      if (hasEnded) readToEnd();
    });
  }

  let alive = true;
  /** Why the process ended. */
  let end: SaeLabError | undefined;
  let current:
    | {
        receive: (message: FromWorker) => void;
        /** Called when a stream has been read to the end of the work. */
        read: () => void;
        fail: (error: SaeLabError) => void;
      }
    | undefined;
  // Counts checks instead of time: after Ctrl-Z, or a laptop's sleep, no time has passed for either process.
  let silentChecks = 0;
  const watch = setInterval(
    () => {
      if (current === undefined) return;
      silentChecks += 1;
      if (silentChecks >= CHECKS) child.kill('SIGKILL');
    },
    (1000 * silenceSeconds) / CHECKS,
  );
  watch.unref();
  child.on('message', (message: FromWorker) => {
    silentChecks = 0;
    current?.receive(message);
  });
  child.on('error', (cause) => {
    const error = new SaeLabError('run.worker-not-started', { problem: cause.message, cause });
    if (child.pid === undefined) end = error;
    current?.fail(error);
  });
  // 'close' rather than 'exit', so that the output has been read to its end.
  child.on('close', (code, signal) => {
    alive = false;
    clearInterval(watch);
    end = silentChecks >= CHECKS ? silence(silenceSeconds, lastLines) : crash(code, signal, lastLines);
    current?.fail(end);
  });
  const send = (message: ToWorker): void => {
    // If the process has just died, 'close' will report it with its output.
    if (child.connected) child.send(message, () => {});
  };

  /** Sends work, and hands each message to `receive` until that returns a result. */
  const acknowledge = (storing: Promise<void>): void =>
    void storing.then(
      () => send({ type: 'stored' }),
      () => child.kill('SIGKILL'),
    );
  const ask = <Result>(
    work: ToWorker,
    receive: (message: FromWorker) => Result | Failed | undefined,
    onPrinted?: OnPrinted,
  ): Promise<Result | Failed> => {
    // It was killed between two pieces of work, and 'close' has come already.
    if (end !== undefined) return Promise.resolve({ status: 'failed', error: end.toJSON() });
    return new Promise((resolve) => {
      let answered: Result | Failed | undefined;
      const settle = (result: Result | Failed): void => {
        current = undefined;
        printed = undefined;
        resolve(result);
      };
      /** Messages may overtake the output. */
      const endOnceRead = (): void => {
        if (answered !== undefined && unread.size === 0) settle(answered);
      };
      current = {
        receive(message) {
          answered ??=
            message.type === 'failed'
              ? { status: 'failed' as const, error: message.error }
              : receive(message);
          endOnceRead();
        },
        read: endOnceRead,
        fail: (error) => settle(answered ?? { status: 'failed', error: error.toJSON() }),
      };
      silentChecks = 0;
      lastLines.length = 0;
      unread = new Set(open);
      printed = onPrinted;
      send(work);
    });
  };

  return {
    get alive() {
      return alive && child.connected;
    },
    run(args, onEvent, onPrinted) {
      const receive = (message: FromWorker): RunOutcome | undefined => {
        if (message.type === 'event') onEvent(message.event);
        return message.type === 'outcome' ? message.outcome : undefined;
      };
      return ask<RunOutcome>({ type: 'run', args }, receive, onPrinted);
    },
    evaluate(args, listener) {
      return ask<EvaluationAnswer>({ type: 'evaluate', args }, (message) => {
        if (message.type === 'evaluation.progress') listener.onProgress(message.progress);
        if (message.type === 'evaluation.warning') listener.onWarning(message.message);
        if (message.type === 'features') acknowledge(listener.onFeatures(message.id, message.latents));
        if (message.type === 'probes') acknowledge(listener.onProbes(message.id, message.probes));
        return message.type === 'evaluated' ? { status: 'evaluated', results: message.results } : undefined;
      });
    },
    match(args) {
      return ask<MatchAnswer>({ type: 'match', args }, (message) =>
        message.type === 'matched' ? { status: 'matched', matches: message.matches } : undefined,
      );
    },
    lease: (until) => send({ type: 'lease', until }),
    stop: () => send({ type: 'stop' }),
    kill: () => child.kill('SIGKILL'),
    close() {
      if (child.connected) child.disconnect();
    },
  };
}

const ENDED_BY_SIGNAL = /^the worker process ended with signal (SIG\w+)$/;

/** The signal that ended the process of a failed run; undefined if it failed otherwise. */
export function endedBySignal({ code, details }: ErrorJson): string | undefined {
  return code === 'run.worker-crashed' ? ENDED_BY_SIGNAL.exec(details.problem)?.[1] : undefined;
}
