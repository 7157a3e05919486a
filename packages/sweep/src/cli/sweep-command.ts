import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { outliveReaders } from '@sae-lab/command-line';
import { explainError, openDatabase, type EvaluatedRun } from '@sae-lab/db';
import type { ChosenDevice } from '@sae-lab/kernels';
import { loadExperiment } from '../definition/load-experiment.ts';
import { planSweep, type SweepPlan } from '../plan/plan-sweep.ts';
import { storedConfigurations } from '../report/coefficient.ts';
import { compareRuns, type ComparedRun } from '../report/comparison-table.ts';
import { comparisonTable } from '../report/comparison-text.ts';
import type { Reporter, SaePlace, SweepEvent } from '../report/events.ts';
import { failureSummary } from '../report/failure-summary.ts';
import { jsonEvents, jsonProgress, type TextSink } from '../report/json-lines.ts';
import { plainProgress } from '../report/plain-progress.ts';
import { errorBlock } from '../report/print-error.ts';
import { summary } from '../report/summary.ts';
import { terminalProgress } from '../report/terminal-progress.ts';
import { terminalWidth } from '../report/terminal-width.ts';
import { visibleLines } from '../report/visible-text.ts';
import { requireRoom } from '../plan/require-room.ts';
import { probeDevice } from '../worker/probe-device.ts';
import { runSweep, type SweepOptions, type SweepResult } from '../run/run-sweep.ts';
import { resultOutput } from './command-output.ts';
import { dryRun } from './dry-run.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { listenForInterrupts } from './interrupts.ts';
import { HELP, parseOptions, type CommandOptions } from './options.ts';

const debug = Boolean(process.env['SAE_LAB_DEBUG']);
const projectRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/** The `sweep` command. Prints everything itself, errors included, and returns the exit code. */
export async function sweepCommand(argv: readonly string[]): Promise<number> {
  outliveReaders((stream, { message }) => {
    if (stream === 'stdout') say(`Standard output cannot be written, and is left out: ${message}`);
  });
  let planned: { options: CommandOptions; plan: SweepPlan; device: ChosenDevice; output: TextSink };
  try {
    const options = parseOptions(argv, projectRoot);
    if (options === undefined) {
      process.stdout.write(`${HELP}\n`);
      return EXIT.done;
    }
    const output = resultOutput(options);
    const experiment = await loadExperiment(options.file);
    const plan = await planSweep(experiment, { ...options, threads: availableParallelism() });
    // A sweep that trains tells them as events.
    if (options.dryRun) for (const message of plan.warnings) say(`warning: ${visibleLines(message)}`);
    const { device, choice } = await probeDevice(options.dryRun ? 'cpu' : options.device);
    if (choice !== undefined) say(choice);
    // A dry run does not look for the device that it is for.
    if (device === 'cpu' && !(options.dryRun && options.device !== 'cpu')) await requireRoom(plan, options);
    planned = { options, plan, device, output };
  } catch (error) {
    complain(error);
    return EXIT.invalid;
  }

  const { options, plan, device, output } = planned;
  try {
    if (!options.dryRun) return await train(plan, { ...options, device }, output);
    await dryRun(plan, options, output);
    return EXIT.done;
  } catch (error) {
    complain(explainError(error));
    return EXIT.failed;
  }
}

async function train(
  plan: SweepPlan,
  options: CommandOptions & Pick<SweepOptions, 'device'>,
  output: TextSink,
): Promise<number> {
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  const reporters = [progressReporter(options), ...(options.json ? [jsonEvents(output)] : [])];
  const failures: SweepEvent[] = [];
  const saes: (SaePlace | null)[] = [];
  const report = (event: SweepEvent): void => {
    if (event.type === 'run.failed' || event.type === 'run.diverged') failures.push(event);
    if (event.type === 'run.finished' || event.type === 'run.skipped') saes.push(event.sae);
    for (const reporter of reporters) reporter.report(event);
  };
  // Not before: until now there was nothing that would have to end in order.
  const interrupts = listenForInterrupts((message) => report({ type: 'sweep.stopping', message }));
  let result: SweepResult;
  try {
    result = await runSweep(plan, database, { ...options, projectRoot }, interrupts.signals, report);
  } catch (error) {
    for (const reporter of reporters) reporter.close();
    complain(explainError(error));
    return interrupts.exitCode() ?? EXIT.failed;
  } finally {
    for (const reporter of reporters) reporter.close();
    await database.close();
    interrupts.close();
  }
  const { counts, runs } = result;
  if (!options.json) {
    const room = { width: terminalWidth(), all: options.all };
    output.write(`${comparisonTable(compareRuns(compared(plan, runs)), room)}\n`);
    say(summary(counts, saes));
  }
  if (failures.length > 0) say(failureSummary(failures, debug));
  return exitCodeOf(counts, interrupts.exitCode());
}

/** Progress goes to standard error: bars where they can be redrawn, else lines. */
function progressReporter({ json }: CommandOptions): Reporter {
  if (process.stderr.isTTY && process.env['TERM'] !== 'dumb') return terminalProgress();
  return json ? jsonProgress(process.stderr) : plainProgress(process.stderr);
}

function compared(plan: SweepPlan, runs: readonly EvaluatedRun[]): ComparedRun[] {
  const configurations = storedConfigurations(runs, plan.runs);
  return runs.map(({ hash, variant, hook, width, status, figures, seconds }, index) => ({
    configuration: configurations[index]!.configuration,
    coefficient: configurations[index]!.coefficient,
    runHash: hash,
    variant,
    hook,
    width,
    finished: status === 'finished',
    figures,
    seconds,
  }));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function complain(error: unknown): void {
  say(errorBlock(error, debug));
}
