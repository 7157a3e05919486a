import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainError, openDatabase, type EvaluatedRun } from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import { loadExperiment } from '../definition/load-experiment.ts';
import { planSweep, type SweepPlan } from '../plan/plan-sweep.ts';
import { storedConfigurations } from '../report/coefficient.ts';
import { compareRuns, type ComparedRun } from '../report/comparison-table.ts';
import { comparisonTable } from '../report/comparison-text.ts';
import type { Reporter, SweepCounts, SweepEvent } from '../report/events.ts';
import { failureSummary } from '../report/failure-summary.ts';
import { jsonEvents, jsonProgress } from '../report/json-lines.ts';
import { errorBlock } from '../report/print-error.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { terminalWidth } from '../report/terminal-width.ts';
import { requireRoom } from '../plan/require-room.ts';
import { probeDevice } from '../worker/probe-device.ts';
import { runSweep, type SweepOptions, type SweepResult } from '../run/run-sweep.ts';
import { dryRun } from './dry-run.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { listenForInterrupts } from './interrupts.ts';
import { parseOptions, type CommandOptions } from './options.ts';

const debug = Boolean(process.env['SAE_LAB_DEBUG']);
const projectRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** The `sweep` command. Prints everything itself, errors included, and returns the exit code. */
export async function sweepCommand(argv: readonly string[]): Promise<number> {
  let planned: { options: CommandOptions; plan: SweepPlan; device: ChosenDevice };
  const interrupts = listenForInterrupts(say);
  try {
    const options = parseOptions(argv, projectRoot);
    if (options === undefined) return EXIT.done;
    const experiment = await loadExperiment(options.file);
    const plan = await planSweep(experiment, { ...options, threads: availableParallelism() });
    for (const message of plan.warnings) say(`warning: ${message}`);
    const { device, choice } = await probeDevice(options.dryRun ? 'cpu' : options.device);
    if (choice !== undefined) say(choice);
    // A dry run does not look for the device that it is for.
    if (device === 'cpu' && !(options.dryRun && options.device !== 'cpu')) await requireRoom(plan, options);
    planned = { options, plan, device };
  } catch (error) {
    complain(error);
    interrupts.close();
    return EXIT.invalid;
  }

  const { options, plan, device } = planned;
  try {
    if (interrupts.signals.stop.aborted) return EXIT.interrupted;
    if (options.dryRun) {
      await dryRun(plan, options, process.stdout);
      return EXIT.done;
    }
    return await train(plan, { ...options, device }, interrupts.signals);
  } catch (error) {
    complain(explainError(error));
    return interrupts.signals.stop.aborted ? EXIT.interrupted : EXIT.failed;
  } finally {
    interrupts.close();
  }
}

async function train(
  plan: SweepPlan,
  options: CommandOptions & Pick<SweepOptions, 'device'>,
  signals: Parameters<typeof runSweep>[3],
): Promise<number> {
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  const reporters: Reporter[] = [process.stderr.isTTY ? terminalProgress() : jsonProgress(process.stderr)];
  if (options.json) reporters.push(jsonEvents(process.stdout));
  const failures: SweepEvent[] = [];
  const report = (event: SweepEvent): void => {
    if (event.type === 'run.failed' || event.type === 'run.diverged') failures.push(event);
    for (const reporter of reporters) reporter.report(event);
  };
  let result: SweepResult;
  try {
    result = await runSweep(plan, database, { ...options, projectRoot }, signals, report);
  } finally {
    for (const reporter of reporters) reporter.close();
    await database.close();
  }
  const { counts, runs } = result;
  if (!options.json) {
    const room = { width: terminalWidth(), all: options.all };
    process.stdout.write(`${comparisonTable(compareRuns(compared(plan, runs)), room)}\n`);
    say(summary(counts, options.dataDir));
  }
  if (failures.length > 0) say(failureSummary(failures, debug));
  return exitCodeOf(counts, signals.stop.aborted);
}

function compared(plan: SweepPlan, runs: readonly EvaluatedRun[]): ComparedRun[] {
  const configurations = storedConfigurations(runs, plan.runs);
  return runs.map(({ hash, variant, hook, width, status, evaluation, seconds }, index) => ({
    configuration: configurations[index]!.configuration,
    coefficient: configurations[index]!.label,
    hash,
    variant,
    hook,
    width,
    finished: status === 'finished',
    metrics: evaluation,
    seconds,
  }));
}

function summary({ skipped, ...counts }: SweepCounts, dataDir: string): string {
  const parts = Object.entries({ ...counts, 'finished earlier': skipped });
  const tally = parts
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  const nothingToDo = Object.values(counts).every((count) => count === 0) ? 'Nothing to do: ' : '';
  return `${nothingToDo}${tally}. The SAEs are in ${join(dataDir, 'runs', '<run>', 'sae')}.`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function complain(error: unknown): void {
  say(errorBlock(error, debug));
}
