import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  beforeStart,
  environment,
  EXIT,
  printError,
  PROJECT_ROOT,
  visibleLines,
} from '@sae-lab/command-line';
import { explainError, mainFigures, openDatabase, type RunStatus } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { ChosenDevice } from '@sae-lab/kernels';
import { launchOnSlurm, scriptOf } from '../launch/launch-on-slurm.ts';
import { loadExperiment } from '../definition/load-experiment.ts';
import { planSweep } from '../plan/plan-sweep.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { storedConfigurations } from '../report/coefficient.ts';
import { dashboardCommand } from '../report/dashboard-command.ts';
import { compareRuns, type ComparedRun } from '../report/comparison-table.ts';
import { comparisonTable } from '../report/comparison-text.ts';
import type { Reporter, SaePlace, SweepEvent } from '../report/events.ts';
import { downloadReporter } from '../report/download-text.ts';
import { failureSummary } from '../report/failure-summary.ts';
import { jsonEvents, type TextSink } from '../report/json-lines.ts';
import { referenceRows } from '../report/reference-rows.ts';
import { summary, type RunsLeft } from '../report/summary.ts';
import { terminalWidth } from '../report/terminal-width.ts';
import { enqueueSweep } from '../queue/enqueue-sweep.ts';
import { requireForQueue } from '../queue/require-for-queue.ts';
import { watchSweep } from '../queue/watch-sweep.ts';
import { enqueuedJson, enqueuedText } from '../report/enqueued-text.ts';
import { requireMemory } from '../plan/require-memory.ts';
import { probeDevice } from '../worker/probe-device.ts';
import { openSharedFiles, type SharedFiles } from '../shared/shared-files.ts';
import { runSweep, type SweepOptions, type SweepResult } from '../run/run-sweep.ts';
import { resultOutput } from './command-output.ts';
import type { CommandOptions } from './command.ts';
import { dryRun } from './dry-run.ts';
import { launchOf } from './launch-of.ts';
import { prepareCommand } from './prepare-command.ts';
import { printHooks } from './print-hooks.ts';
import { progressReporter } from './progress-reporter.ts';
import { listenForStops } from './stop-signals.ts';

interface Prepared {
  readonly plan: SweepPlan;
  readonly device: ChosenDevice;
}

/**
 * The `sweep` command. Prints its results and returns the exit code.
 *
 * @throws {SaeLabError} for a definition, data folder or database that cannot be used
 */
export async function sweepCommand(options: CommandOptions): Promise<number> {
  const output = resultOutput(options);
  const progress = progressReporter(options);
  const { listHooks } = options;
  if (listHooks !== undefined) {
    const listed = beforeStart(() => printHooks(listHooks, options, output, progress));
    await listed.finally(() => progress.close());
    return EXIT.done;
  }
  const { plan, device } = await beforeStart(() => prepare(options, progress)).catch((error: unknown) => {
    progress.close();
    throw error;
  });
  try {
    if (options.prepare !== undefined) {
      return await prepareCommand(plan, { ...options, prepare: options.prepare }, output, progress);
    }
    if (options.detach && (!options.dryRun || options.on !== undefined)) {
      return await detach(plan, { ...options, device }, output, progress);
    }
    if (!options.dryRun) return await train(plan, { ...options, device }, output, progress);
    progress.close();
    await dryRun(plan, options, output);
    return EXIT.done;
  } catch (error) {
    progress.close();
    throw explainError(error);
  }
}

/** Everything that can be checked before anything is written. */
async function prepare(options: CommandOptions, progress: Reporter): Promise<Prepared> {
  const experiment = await loadExperiment(options.file);
  const plan = await planSweep(experiment, {
    ...options,
    threads: availableParallelism(),
    onDownload: downloadReporter(progress),
  });
  // A sweep that trains reports them as events.
  if (options.dryRun) for (const message of plan.warnings) say(`warning: ${visibleLines(message)}`);
  refuseTogether(options);
  const isRemote = options.detach || options.wait;
  if (isRemote) await requireForQueue(plan);
  // Workers have their own device. A GPU is only asked for: this machine may have none.
  if (isRemote && options.device !== 'auto') {
    return { plan, device: options.device };
  }
  const { device, choice } = await probeDevice(options.dryRun ? 'cpu' : options.device);
  if (choice !== undefined) say(choice);
  // A dry run does not probe the device that it plans for.
  if (device === 'cpu' && !(options.dryRun && options.device !== 'cpu')) await requireMemory(plan, options);
  return { plan, device };
}

function refuseTogether({ detach: isDetached, wait }: CommandOptions): void {
  if (!isDetached || !wait) return;
  throw new SaeLabError('cli.usage', {
    problem: 'cannot be given together with --wait',
    field: '--detach',
    fix: 'Give --wait alone: it also puts the runs into the queue.',
  });
}

async function train(
  plan: SweepPlan,
  options: CommandOptions & Pick<SweepOptions, 'device'>,
  output: TextSink,
  progress: Reporter,
): Promise<number> {
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  /** Ends waiting for a store that is away. */
  const giveUp = new AbortController();
  const opening = openSharedFiles(database, { ...options, giveUp: giveUp.signal });
  const shared = await opening.catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const reporters = [progress, ...(options.json ? [jsonEvents(output)] : [])];
  const failures: SweepEvent[] = [];
  const saes: (SaePlace | null)[] = [];
  const report = (event: SweepEvent): void => {
    if (/^(run|evaluation)\.(failed|diverged)$/.test(event.type)) failures.push(event);
    if (event.type === 'run.finished' || event.type === 'run.skipped') saes.push(event.sae);
    for (const reporter of reporters) reporter.report(event);
  };
  // Only now is there something to save.
  const stops = listenForStops(
    (message) => report({ type: 'sweep.stopping', message }),
    options.wait ? 'No longer watching. The runs stay in the queue, and workers continue.' : undefined,
  );
  stops.signals.kill.addEventListener('abort', () => giveUp.abort());
  let result: SweepResult;
  try {
    const run = options.wait ? watchSweep : runSweep;
    const training = { ...options, shared, projectRoot: PROJECT_ROOT };
    result = await run(plan, database, training, stops.signals, report);
  } catch (error) {
    const stopped = stops.exitCode();
    if (stopped === undefined) throw error;
    for (const reporter of reporters) reporter.close();
    printError(explainError(error));
    return stopped;
  } finally {
    for (const reporter of reporters) reporter.close();
    shared.close();
    await database.close();
    stops.close();
  }
  const { counts, evaluations } = result;
  if (!options.json) {
    const layout = { width: terminalWidth(), all: options.all };
    output.write(`${comparisonTable(compareRuns(compared(plan, result)), layout)}\n`);
    say(summary(counts, saes, runsLeft(result, options)));
  }
  // A run that was retried on request may have finished since.
  const done = new Set(
    result.runs.filter(({ status }) => status === 'finished').map(({ runHash }) => runHash),
  );
  const standing = failures.filter((event) => event.type !== 'run.failed' || !done.has(event.runHash));
  if (standing.length > 0) say(failureSummary(standing, environment('SAE_LAB_DEBUG') !== undefined));
  if (!options.json) say(`Compare the runs in the browser: ${dashboardCommand(options.dataDir)}`);
  const { failed, diverged, cancelled } = counts;
  const unfinished = failed + diverged + cancelled + evaluations.failed > 0;
  return stops.exitCode() ?? (unfinished ? EXIT.failed : EXIT.done);
}

function runsLeft({ runs }: SweepResult, { wait }: CommandOptions): RunsLeft {
  const count = (...statuses: RunStatus[]): number =>
    runs.filter(({ status }) => statuses.includes(status)).length;
  return wait
    ? { running: count('running'), waiting: count('queued', 'interrupted') }
    : { queued: count('queued') };
}

/** Puts the runs into the queue and says how they are trained. */
async function detach(
  plan: SweepPlan,
  options: CommandOptions & Pick<SweepOptions, 'device'>,
  output: TextSink,
  progress: Reporter,
): Promise<number> {
  const { dataDir } = options;
  const launch = launchOf(plan, options, {
    folder: join(dataDir, 'slurm'),
    workerArgs: ['--idle', '5m', '--data', dataDir],
  });
  if (options.on !== undefined && environment('DATABASE_URL') === undefined) {
    say(
      'warning: DATABASE_URL is not set. Workers on other nodes do not reach the database of this machine. Set it, or ' +
        'write --prepare <folder> instead of --detach.',
    );
  }
  if (options.dryRun) {
    progress.close();
    output.write(scriptOf(launch));
    return EXIT.done;
  }
  const database = await openDatabase({ dataDir, onNotice: say });
  let shared: SharedFiles | undefined;
  try {
    shared = await openSharedFiles(database, options);
    const enqueued = await enqueueSweep(plan, database, { ...options, shared, projectRoot: PROJECT_ROOT });
    progress.close();
    for (const message of enqueued.warnings) say(`warning: ${visibleLines(message)}`);
    output.write(`${options.json ? enqueuedJson(plan, enqueued) : enqueuedText(plan, enqueued, options)}\n`);
    const { pending } = enqueued;
    if (options.on === 'slurm' && pending > 0) say(await launchOnSlurm({ ...launch, runs: pending }));
    return EXIT.done;
  } finally {
    shared?.close();
    await database.close();
  }
}

function compared(plan: SweepPlan, { runs, saes, stored }: SweepResult): ComparedRun[] {
  const configurations = storedConfigurations(runs, plan.runs);
  const evaluated = mainFigures(stored, 'runId');
  const rows = runs.map(({ id, runHash, variant, hook, width, status, figures, seconds }, index) => ({
    configuration: configurations[index]!.configuration,
    coefficient: configurations[index]!.coefficient,
    runHash,
    variant,
    hook,
    width,
    finished: status === 'finished',
    figures: { ...evaluated.get(id), ...figures },
    seconds,
  }));
  return [...rows, ...referenceRows(saes, stored)];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
