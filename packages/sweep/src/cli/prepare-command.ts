import { EXIT, PROJECT_ROOT } from '@sae-lab/command-line';
import { launchOnSlurm, scriptOf } from '../launch/launch-on-slurm.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { Reporter } from '../report/events.ts';
import type { TextSink } from '../report/json-lines.ts';
import { prepareSpool } from '../spool/prepare-spool.ts';
import type { CommandOptions } from './command.ts';
import { launchOf } from './launch-of.ts';
import { listenForStops } from './stop-signals.ts';

type PrepareOptions = CommandOptions & { readonly prepare: string };

/** `pnpm sweep <experiment> --prepare <folder>`, and `--on slurm` after it. */
export async function prepareCommand(
  plan: SweepPlan,
  options: PrepareOptions,
  output: TextSink,
  progress: Reporter,
): Promise<number> {
  const { prepare: folder, dataDir, on, dryRun } = options;
  const launch = launchOf(plan, options, { folder, workerArgs: ['--spool', folder] });
  if (dryRun) {
    progress.close();
    if (on === 'slurm') output.write(scriptOf(launch));
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
      say(await launchOnSlurm(launch));
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

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
