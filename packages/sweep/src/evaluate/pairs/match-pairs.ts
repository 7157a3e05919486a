import { MATCHES_VERSION, type MatchSettings, type SaeMatches } from '@sae-lab/core';
import { matchesOfPair, storeMatches, type Claims, type Database, type MatchSummary } from '@sae-lab/db';
import { thisMachine, workersOf } from '../../plan/machine.ts';
import type { EvaluationCounts, SweepEvent } from '../../report/events.ts';
import { gatherProvenance, type Provenance } from '../../run/provenance.ts';
import type { TrainingSignals } from '../../run/train-runs.ts';
import { startWorker, type MatchAnswer, type Worker } from '../../worker/worker.ts';
import type { EvaluationOptions } from '../evaluate-hooks.ts';
import { subjectKey, type EvaluatedHook, type SubjectToEvaluate } from '../evaluated-hook.ts';
import type { PairToMatch } from './pairs-to-match.ts';

interface Parts {
  readonly database: Database;
  readonly claims: Claims;
  /** Makes the activations of these hooks, which the worker is about to read. */
  readonly prepare: (hooks: readonly EvaluatedHook[]) => Promise<void>;
}

/** What events call it. */
const NAME = 'matches';

/**
 * Matches pairs that are not stored yet, one after another in one worker process: each uses all threads. One that fails is
 * reported, and the others continue.
 */
export async function matchPairs(
  pairs: readonly PairToMatch[],
  { database, claims, prepare }: Parts,
  options: EvaluationOptions & { readonly settings: MatchSettings; readonly force: boolean },
  { stop, kill }: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<EvaluationCounts> {
  const start = performance.now();
  const { settings, force, dataDir, silenceSeconds, projectRoot } = options;
  const counts: EvaluationCounts = { finished: 0, skipped: 0, failed: 0, interrupted: 0 };
  const skip = (pair: PairToMatch, stored: MatchSummary): void => {
    counts.skipped += 1;
    report({
      type: 'evaluation.matched',
      ...namesOf(pair),
      earlier: true,
      figures: measured(stored.figures),
      random: randomFigures(stored.random),
    });
  };
  const missing: PairToMatch[] = [];
  for (const pair of pairs) {
    const stored = force ? undefined : await storedMatches(database, pair, settings);
    if (stored === undefined) missing.push(pair);
    else skip(pair, stored);
  }
  if (missing.length === 0) return counts;
  report({ type: 'evaluations.started', jobs: missing.length, evaluations: missing.length });
  await prepare([...new Set(missing.map(({ on }) => on))]);
  const { threads } = workersOf(thisMachine(), { workers: 1, runs: 1 });
  const provenance = await gatherProvenance(projectRoot, { threads, device: 'cpu', dataDir, commits: {} });
  let worker: Worker | undefined;
  const onStop = (): void => worker?.stop();
  const onKill = (): void => worker?.kill();
  stop.addEventListener('abort', onStop);
  kill.addEventListener('abort', onKill);
  try {
    for (const [job, pair] of missing.entries()) {
      if (stop.aborted) {
        counts.interrupted += missing.length - job;
        break;
      }
      const claim = JSON.stringify([NAME, subjectKey(pair.a.subject), subjectKey(pair.b.subject)]);
      // Another process matches it. It is asked for again by the next call of the command.
      if (!(await claims.claimEvaluation(claim))) {
        counts.skipped += 1;
        continue;
      }
      if (worker?.alive !== true) {
        worker = startWorker(undefined, silenceSeconds, (line) => report({ type: 'worker.output', line }));
      }
      const { hook } = pair.on;
      report({ type: 'evaluation.started', evaluation: NAME, hook, job, saes: 2 });
      const begun = performance.now();
      const answer = await worker.match(argsOf(pair, { settings, dataDir, threads }));
      const seconds = (performance.now() - begun) / 1000;
      await finish(pair, answer, seconds);
      await claims.releaseEvaluation(claim);
    }
  } finally {
    worker?.close();
    stop.removeEventListener('abort', onStop);
    kill.removeEventListener('abort', onKill);
  }
  report({ type: 'evaluations.finished', ...counts, seconds: (performance.now() - start) / 1000 });
  return counts;

  async function finish(pair: PairToMatch, answer: MatchAnswer, seconds: number): Promise<void> {
    if (answer.status === 'matched') {
      const { matches } = answer;
      await storeMatches(database.db, rowOf(pair, matches, { settings, seconds, provenance }));
      counts.finished += 1;
      return report({
        type: 'evaluation.matched',
        ...namesOf(pair),
        earlier: false,
        seconds,
        figures: measured(matches.figures),
        random: randomFigures(matches.random),
      });
    }
    if (stop.aborted) {
      counts.interrupted += 1;
      return;
    }
    counts.failed += 1;
    const sae = `${pair.a.label.sae} and ${pair.b.label.sae}`;
    const failed = { ...pair.a.label, evaluation: NAME, hook: pair.on.hook, sae };
    report({ type: 'evaluation.failed', ...failed, error: answer.error });
  }
}

async function storedMatches(
  { db }: Database,
  { on, a, b }: PairToMatch,
  settings: MatchSettings,
): Promise<MatchSummary | undefined> {
  const stored = await matchesOfPair(db, a.subject, b.subject);
  const isSame =
    stored?.version === MATCHES_VERSION &&
    stored.activationsId === on.activations.id &&
    stored.settings['maxTokens'] === settings.maxTokens;
  return isSame ? stored : undefined;
}

function namesOf({ on, a, b }: PairToMatch) {
  return {
    evaluation: NAME,
    hook: on.hook,
    ...idOf('A', a),
    ...idOf('B', b),
    a: a.label.sae,
    b: b.label.sae,
  };
}

/** E.g. `{ runA: 3 }` or `{ saeA: 3 }`. */
function idOf<Side extends 'A' | 'B'>(
  side: Side,
  { subject: { runId, saeId } }: SubjectToEvaluate,
): { readonly [Key in `run${Side}` | `sae${Side}`]?: number } {
  return (runId === undefined ? { [`sae${side}`]: saeId } : { [`run${side}`]: runId }) as ReturnType<
    typeof idOf<Side>
  >;
}

function argsOf(
  { on, a, b }: PairToMatch,
  { settings, dataDir, threads }: { settings: MatchSettings; dataDir: string; threads: number },
): Parameters<Worker['match']>[0] {
  const { hook, dIn, activations } = on;
  const of = ({ subject, label, source }: SubjectToEvaluate) => ({
    id: subjectKey(subject),
    label: label.sae,
    source,
  });
  return { hook, dIn, activations, pair: [of(a), of(b)], settings, dataDir, threads };
}

function rowOf(
  { on, a, b }: PairToMatch,
  matches: SaeMatches,
  more: { settings: MatchSettings; seconds: number; provenance: Provenance },
): Parameters<typeof storeMatches>[1] {
  const { tokens, documents, random } = matches;
  return {
    pair: [a.subject, b.subject],
    version: MATCHES_VERSION,
    ...more,
    activationsId: on.activations.id,
    // JSON has no NaN.
    figures: Object.fromEntries(
      Object.entries(matches.figures).map(([key, value]) => [key, Number.isNaN(value) ? null : value]),
    ),
    random: { ...random },
    tokens,
    documents,
    bestA: [...matches.a.best],
    bestB: [...matches.b.best],
    cosineA: [...matches.a.cosine],
    cosineB: [...matches.b.cosine],
    partnerA: [...matches.a.partner],
    partnerB: [...matches.b.partner],
    partnerCosineA: [...matches.a.partnerCosine],
    partnerCosineB: [...matches.b.partnerCosine],
    densityA: [...matches.a.density],
    densityB: [...matches.b.density],
    togetherA: [...matches.a.together],
    togetherB: [...matches.b.together],
  };
}

function measured(figures: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, value ?? Number.NaN]));
}

function randomFigures(random: object): Record<string, number> {
  const { match_best, match_one_to_one } = random as SaeMatches['random'];
  return { match_best, match_one_to_one };
}
