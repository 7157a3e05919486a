import { availableParallelism } from 'node:os';
import { beforeStart, environment, EXIT, PROJECT_ROOT, visibleLines } from '@sae-lab/command-line';
import { EVALUATIONS, matchSettings } from '@sae-lab/core';
import type { ExtractionProgress } from '@sae-lab/core/activations';
import { explainError, openDatabase, type Database } from '@sae-lab/db';
import { subjectKey } from '../evaluate/evaluated-hook.ts';
import { evaluateHooks } from '../evaluate/evaluate-hooks.ts';
import { findPairs } from '../evaluate/pairs/find-pairs.ts';
import { matchPairs } from '../evaluate/pairs/match-pairs.ts';
import type { PairToMatch } from '../evaluate/pairs/pairs-to-match.ts';
import type { HookRequests } from '../evaluate/plan-jobs.ts';
import {
  evaluatedTarget,
  remakeActivations,
  type EvaluatedTarget,
  type TargetOptions,
} from '../evaluate/target/evaluated-target.ts';
import { filesTarget } from '../evaluate/target/files-target.ts';
import { findTarget } from '../evaluate/target/find-target.ts';
import { requestsOf, requireEvaluations } from '../evaluate/target/requests-of.ts';
import { requireUsed } from '../evaluate/target/unused-options.ts';
import { dashboardCommand } from '../report/dashboard-command.ts';
import { downloadReporter } from '../report/download-text.ts';
import { evaluationCounts } from '../report/evaluation-text.ts';
import type { EvaluationCounts, EvaluationEvent, Reporter, SweepEvent } from '../report/events.ts';
import { failureSummary } from '../report/failure-summary.ts';
import { intervalTables } from '../report/interval-tables.ts';
import { matchTable } from '../report/match-table.ts';
import { jsonEvents } from '../report/json-lines.ts';
import { terminalWidth } from '../report/terminal-width.ts';
import { whileClaimed } from '../run/while-claimed.ts';
import { openSharedFiles, type SharedFiles } from '../shared/shared-files.ts';
import { resultOutput } from './command-output.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { progressReporter } from './progress-reporter.ts';
import { listenForStops } from './stop-signals.ts';

type Evaluated = Extract<EvaluationEvent, { type: 'evaluation.finished' | 'evaluation.skipped' }>;

/**
 * The `evaluate` command. Prints its results and returns the exit code.
 *
 * @throws {SaeLabError} for a target, data folder or database that cannot be used
 */
export async function evaluateCommand(options: EvaluateOptions): Promise<number> {
  const output = resultOutput(options);
  await beforeStart(async () => requireEvaluations(options.only));
  const progress = progressReporter(options);
  const reporters = [progress, ...(options.json ? [jsonEvents(output)] : [])];
  const events: SweepEvent[] = [];
  const report = (event: SweepEvent): void => {
    if (KEPT.has(event.type)) events.push(event);
    for (const reporter of reporters) reporter.report(event);
  };
  const database = await openDatabase({ dataDir: options.dataDir, onNotice: say });
  let shared: SharedFiles | undefined;
  let stopped: number | undefined;
  let counts: EvaluationCounts;
  let asked: Found['asked'] = [];
  try {
    // Ends waiting for a store that is away.
    const giveUp = new AbortController();
    const opened = await openSharedFiles(database, { ...options, giveUp: giveUp.signal });
    shared = opened;
    const found = await beforeStart(() =>
      prepare(database, { ...options, shared: opened }, report, progress),
    );
    ({ asked } = found);
    const stops = listenForStops(
      (message) => report({ type: 'sweep.stopping', message }),
      'Stopping. Finished evaluations are stored. Press Ctrl-C again to kill the workers.',
    );
    stops.signals.kill.addEventListener('abort', () => giveUp.abort());
    try {
      counts = await evaluate(found, database, options, stops.signals, report);
    } finally {
      stopped = stops.exitCode();
      stops.close();
    }
  } catch (error) {
    if (stopped === undefined) throw explainError(error);
    counts = { finished: 0, skipped: 0, failed: 0, interrupted: 0 };
  } finally {
    for (const reporter of reporters) reporter.close();
    shared?.close();
    await database.close();
  }
  if (!options.json) {
    const evaluated = inOrder(events.filter(isEvaluated), asked);
    const layout = { width: terminalWidth(), all: options.all };
    if (evaluated.length > 0) output.write(`${intervalTables(evaluated, layout)}\n`);
    const matched = events.filter((event) => event.type === 'evaluation.matched');
    if (matched.length > 0) output.write(`${matchTable(matched)}\n`);
    say(`Evaluations: ${evaluationCounts(counts)}.`);
    if (counts.finished + counts.skipped > 0) {
      say(`See the results in the browser: ${dashboardCommand(options.dataDir)}`);
    }
  }
  if (counts.failed > 0) say(failureSummary(events, environment('SAE_LAB_DEBUG') !== undefined));
  return stopped ?? (counts.failed > 0 ? EXIT.failed : EXIT.done);
}

const KEPT = new Set<SweepEvent['type']>([
  'evaluation.finished',
  'evaluation.skipped',
  'evaluation.failed',
  'evaluation.matched',
]);

function isEvaluated(event: SweepEvent): event is Evaluated {
  return event.type === 'evaluation.finished' || event.type === 'evaluation.skipped';
}

/** As they were asked for, although passes end in any order. */
function inOrder(events: readonly Evaluated[], asked: Found['asked']): Evaluated[] {
  const subjects = asked.flatMap(({ on }) => on.subjects.map(({ subject }) => subjectKey(subject)));
  const names = EVALUATIONS.map(({ name }) => name);
  const rank = (event: Evaluated): number =>
    names.indexOf(event.evaluation) * subjects.length +
    subjects.indexOf(subjectKey('runId' in event ? { runId: event.runId } : { saeId: event.saeId }));
  return events.toSorted((a, b) => rank(a) - rank(b));
}

interface Found {
  readonly target: EvaluatedTarget;
  readonly asked: readonly HookRequests[];
  /** Pairs to match instead. */
  readonly pairs: readonly PairToMatch[] | undefined;
  readonly options: TargetOptions;
}

/** Everything that can be checked before an evaluation starts. */
async function prepare(
  { db }: Database,
  options: EvaluateOptions & { readonly shared: SharedFiles },
  report: (event: SweepEvent) => void,
  progress: Reporter,
): Promise<Found> {
  const ofTarget: TargetOptions = {
    db,
    dataDir: options.dataDir,
    shared: options.shared,
    threads: availableParallelism(),
    warn: (message) => report({ type: 'sweep.warning', message }),
    onDownload: downloadReporter(progress),
  };
  const found = await findTarget(db, options.target, options.dataDir, 'target');
  requireUsed(found, options);
  const target =
    found.kind === 'files'
      ? await filesTarget(found.source, options, ofTarget)
      : await evaluatedTarget(found, ofTarget);
  const pairs = await findPairs(db, options, { found, target }, ofTarget);
  if (pairs !== undefined) return { target, asked: [], pairs, options: ofTarget };
  const requests = requestsOf(options, target, ofTarget.warn).map((request) => ({
    request,
    optional: options.only === undefined,
  }));
  const asked = target.hooks.map((on) => ({ on, requests }));
  return { target, asked, pairs, options: ofTarget };
}

async function evaluate(
  { target, asked, pairs, options: ofTarget }: Found,
  database: Database,
  options: EvaluateOptions,
  given: ReturnType<typeof listenForStops>['signals'],
  report: (event: SweepEvent) => void,
): Promise<EvaluationCounts> {
  const onProgress = (made: ExtractionProgress): void => {
    const { warnings: _, ...progress } = made;
    report({ type: 'activations.progress', ...progress });
  };
  return whileClaimed(database, given, (claims, signals) => {
    const parts: Parameters<typeof evaluateHooks>[1] = {
      database,
      claims,
      prepare: (hooks) =>
        remakeActivations(target.source, hooks, { ...ofTarget, signal: signals.stop, onProgress }),
    };
    const ofProject = { ...options, projectRoot: PROJECT_ROOT };
    if (pairs === undefined) return evaluateHooks(asked, parts, ofProject, signals, report);
    const settings = matchSettings.parse(options.tokens === undefined ? {} : { maxTokens: options.tokens });
    return matchPairs(pairs, parts, { ...ofProject, settings }, signals, report);
  });
}

function say(line: string): void {
  process.stderr.write(`${visibleLines(line)}\n`);
}
