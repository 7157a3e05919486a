import { join } from 'node:path';
import { EXIT, PROJECT_ROOT } from '@sae-lab/command-line';
import { makeFolder, writeAtomic } from '@sae-lab/core/files';
import { slurmScript } from '../launch/slurm-script.ts';
import { submitToSlurm } from '../launch/submit.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { Reporter } from '../report/events.ts';
import type { TextSink } from '../report/json-lines.ts';
import { prepareSpool } from '../spool/prepare-spool.ts';
import type { CommandOptions } from './command.ts';
import { listenForStops } from './stop-signals.ts';

type PrepareOptions = CommandOptions & { readonly prepare: string };

const MOST_TASKS = 16;

/** `pnpm sweep <experiment> --prepare <folder>`, and `--on slurm` after it. */
export async function prepareCommand(
  plan: SweepPlan,
  options: PrepareOptions,
  output: TextSink,
  progress: Reporter,
): Promise<number> {
  const { prepare: folder, dataDir, on, dryRun } = options;
  const script = slurmScript(jobOf(plan, options));
  if (dryRun) {
    progress.close();
    if (on === 'slurm') output.write(script);
    else say(`${plan.runs.length} runs to prepare in ${folder}`);
    return EXIT.done;
  }
  const stops = listenForStops((message) => progress.report({ type: 'sweep.stopping', message }), STOPPING);
  try {
    const signal = stops.signals.stop;
    const runs = await prepareSpool(plan, folder, { projectRoot: PROJECT_ROOT, dataDir, signal }, (event) =>
      progress.report(event),
    );
    progress.close();
    say(`${runs} runs are prepared in ${folder}.`);
    if (on === 'slurm') {
      await makeFolder(logFolder(folder));
      await writeAtomic(scriptFile(folder), script);
      say(
        `Submitted job ${await submitToSlurm(scriptFile(folder))} to Slurm. Its output is in ${logFolder(folder)}.`,
      );
    } else {
      say(`Train them on any machine that mounts it: pnpm worker --spool ${folder}`);
    }
    say(`Read the results in, as often as you like: pnpm ingest ${folder}`);
    return EXIT.done;
  } catch (error) {
    progress.close();
    const stopped = stops.exitCode();
    if (stopped === undefined || (error as Error).name !== 'AbortError') throw error;
    return stopped;
  } finally {
    stops.close();
  }
}

const STOPPING = 'Stopping. The same command continues where it stopped.';
const logFolder = (folder: string): string => join(folder, 'logs');
const scriptFile = (folder: string): string => join(folder, 'slurm.sh');

function jobOf(plan: SweepPlan, { prepare: folder, tasks, atOnce, sbatch, device }: PrepareOptions) {
  return {
    name: plan.experiment.definition.name,
    projectRoot: PROJECT_ROOT,
    logFolder: logFolder(folder),
    workerArgs: ['--spool', folder, ...(device === 'cpu' ? [] : ['--device', device])],
    tasks: tasks ?? Math.min(plan.runs.length, MOST_TASKS),
    atOnce,
    sbatchOptions: sbatch ?? [],
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
