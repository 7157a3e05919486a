import { relative } from 'node:path';
import { discardCheckpoint, executeRun, type RunEvent, type RunOutcome } from '@sae-lab/core';
import { tryLockFile } from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import { join } from 'node:path';
import { variantFromPackage } from '../definition/variant-package.ts';
import { stepLines } from '../report/step-lines.ts';
import { gatherProvenance } from '../run/provenance.ts';
import { runFolder } from '../run/run-folder.ts';
import { errorJson } from '../worker/error-json.ts';
import type { EndOfRun } from '../worker/worker.ts';
import { endOf, openEventWriter, readAttempts } from './spool-events.ts';
import { watchPrinted } from './watch-printed.ts';
import { readSpool, readSpooledRun, type Spool } from './spool-files.ts';

export interface SpoolOptions {
  readonly projectRoot: string;
  readonly device: ChosenDevice;
  readonly threads: number;
  readonly checkpointSeconds: number;
  /** Ends the run under way with a checkpoint, and takes no other. */
  readonly signal: AbortSignal;
  /** One line for people: a run starts, continues or ends. */
  readonly say: (line: string) => void;
}

/** Runs by how they ended in this call. */
export interface SpoolCounts {
  finished: number;
  failed: number;
  diverged: number;
  interrupted: number;
}

/** Attempts after which a run that fails is left alone. */
const MOST_FAILURES = 3;

/**
 * Trains the runs of a spool, one after another, without a database. Any number of processes on machines that mount the
 * folder may work on it: each run has a lock file. A process that is killed leaves a checkpoint, and the next one continues
 * there.
 *
 * @throws {SaeLabError} `spool.malformed`, `files.*` if the folder cannot be written
 *
 * @example
 * await runSpool('/scratch/spool', { projectRoot, device: 'cpu', threads: 2, checkpointSeconds: 60, signal, say: console.log });
 */
export async function runSpool(folder: string, options: SpoolOptions): Promise<SpoolCounts> {
  const spool = await readSpool(folder);
  const counts: SpoolCounts = { finished: 0, failed: 0, diverged: 0, interrupted: 0 };
  for (const [index, { runHash }] of spool.runs.entries()) {
    if (options.signal.aborted) break;
    const ofRun = runFolder(folder, { runHash });
    if (!(await isOpen(ofRun))) continue;
    const lock = await tryLockFile(join(ofRun, 'run.lock')).catch((error: unknown) => {
      throw ofSpool(error);
    });
    if (lock === undefined) continue;
    try {
      // The last holder of the lock may have finished it.
      if (!(await isOpen(ofRun))) continue;
      const name = `run ${index + 1} of ${spool.runs.length}, ${runHash.slice(0, 8)}`;
      options.say(`${name}: started`);
      const result = await attempt(folder, spool, runHash, options, stepLines(name, options.say));
      counts[result.status] += 1;
      options.say(
        `${name}: ${result.status}${result.status === 'failed' ? `: ${result.error.message}` : ''}`,
      );
    } catch (error) {
      throw ofSpool(error);
    } finally {
      await lock.release();
    }
  }
  return counts;
}

/** Says what to do where the folder is not a data folder. */
function ofSpool(error: unknown): unknown {
  if (!(error instanceof SaeLabError) || error.code !== 'files.not-writable') return error;
  const fix = 'Make the spool writable, or train a copy of it in another folder.';
  return new SaeLabError(error.code, { ...error.details, fix, cause: error });
}

/** Whether a run needs another attempt. */
async function isOpen(ofRun: string): Promise<boolean> {
  const ends = (await readAttempts(ofRun)).map((one) => endOf(one)?.status);
  if (ends.includes('finished') || ends.includes('diverged')) return false;
  return ends.filter((status) => status === 'failed').length < MOST_FAILURES;
}

async function attempt(
  folder: string,
  { commits }: Spool,
  runHash: string,
  { projectRoot, device, threads, checkpointSeconds, signal }: SpoolOptions,
  tell: (event: RunEvent) => void,
): Promise<EndOfRun> {
  const ofRun = runFolder(folder, { runHash });
  const provenance = await gatherProvenance(projectRoot, { threads, device, dataDir: folder, commits });
  const events = await openEventWriter(ofRun);
  let printed: ReturnType<typeof watchPrinted> | undefined;
  let result: EndOfRun;
  try {
    // First, so that it is known when everything else was reported.
    events.write({ type: 'begun', provenance, at: Date.now() });
    printed = watchPrinted((text, from) => events.write({ type: 'printed', from, text }));
    try {
      const { spec, origin } = await readSpooledRun(ofRun, runHash);
      const outcome = await executeRun(
        {
          spec,
          origin,
          variant: await variantFromPackage(spec.variant),
          activationsFolder: join(folder, 'activations', spec.activationsId),
          runFolder: ofRun,
          threads,
          device,
          checkpointSeconds,
        },
        {
          onEvent(event) {
            events.write(event);
            tell(event);
          },
          signal,
        },
      );
      result = withRelativePaths(outcome, folder);
    } catch (error) {
      // Every other run would meet it too.
      if (error instanceof SaeLabError && error.code.startsWith('files.')) throw error;
      result = { status: 'failed', error: errorJson(error) };
    }
    printed.close();
    events.write({ type: 'ended', result });
  } finally {
    printed?.close();
    events.close();
  }
  if (result.status === 'finished') await discardCheckpoint(ofRun).catch(() => {});
  return result;
}

/** The spool may be elsewhere when it is read. */
function withRelativePaths(outcome: RunOutcome, folder: string): EndOfRun {
  if (outcome.status === 'paused') throw new Error('only streamed runs pause');
  if (outcome.status !== 'finished') return outcome;
  const artifacts = outcome.artifacts.map((file) => ({ ...file, path: relative(folder, file.path) }));
  return { ...outcome, artifacts };
}
