/** One sweep in a separate data folder, killed and restarted until it ends undisturbed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT_OF_SIGNAL } from '@sae-lab/command-line';
import { newDataDir } from '../sweep-command.ts';
import type { Kill } from './kills.ts';
import { differences, readOutcome, type Outcome } from './outcome.ts';
import { MARK, postmasterOf, processesOf, type Process } from './processes.ts';
import { EXPERIMENT, watchSweep, type WatchedSweep } from './watched-sweep.ts';

/** One kill. */
interface KillReport {
  readonly victim: Kill['victim'];
  /** How long the command had been running, in seconds. */
  readonly atSeconds: number;
  /** The last event of the command. */
  readonly during: string;
  /** Time until any run made progress; null if another kill came first. */
  recoverySeconds: number | null;
}

export interface SweepReport {
  readonly dataDir: string;
  readonly kills: readonly KillReport[];
  /** Number of starts of the command. */
  readonly starts: number;
  /** Violated guarantees; empty if the sweep survived. */
  readonly violations: readonly string[];
}

const POLL_MS = 10;
/** Worker processes check between steps whether their command was killed. */
const ORPHAN_MS = 15_000;
const STOPPED = new Set<unknown>(Object.values(EXIT_OF_SIGNAL));

/**
 * @param most largest number of kills; a sweep that ends sooner has fewer
 * @param reference the outcome of an undisturbed sweep
 * @param options stop: ends the kills
 */
export async function killSweep(
  kills: Iterator<Kill, never>,
  most: number,
  reference: Outcome,
  { experiment = EXPERIMENT, stop }: { experiment?: string; stop?: AbortSignal | undefined } = {},
): Promise<SweepReport> {
  const dataDir = await newDataDir();
  const mark = randomUUID();
  const reports: KillReport[] = [];
  const finished: string[] = [];
  const violations: string[] = [];
  let killed = 0;
  let starts = 0;
  let next = kills.next().value;
  for (let done = false; !done && violations.length === 0;) {
    starts += 1;
    const started = performance.now();
    let dead = false;
    const sweep = watchSweep(experiment, dataDir, { [MARK]: mark }, () => {
      const last = reports.at(-1);
      // The last output of a killed command may arrive late.
      if (!dead && last?.recoverySeconds === null) last.recoverySeconds = seconds(performance.now() - killed);
    });
    const victims: Kill['victim'][] = [];
    while (reports.length < most && (await killWhenDue(next, sweep, mark, dataDir, stop))) {
      killed = performance.now();
      const atSeconds = seconds(killed - started);
      reports.push({ victim: next.victim, atSeconds, during: sweep.during, recoverySeconds: null });
      victims.push(next.victim);
      dead = next.victim === 'command';
      next = kills.next().value;
    }
    const { code, stderr } = await sweep.end();
    finished.push(...sweep.finished);
    done = code === 0;
    if (code === 'hangs') sweep.process.kill('SIGKILL');
    // Ctrl-C reaches every process of a terminal. The sweep is started again.
    if (stop?.aborted === true && STOPPED.has(code)) continue;
    violations.push(...misbehaviour(code, stderr, victims));
  }
  violations.push(...repeated(finished).map((hash) => `run ${hash} was finished more than once`));
  violations.push(...(await strangers(mark, dataDir)));
  if (violations.length === 0) violations.push(...differences(await readOutcome(dataDir), reference));
  return { dataDir, kills: reports, starts, violations };
}

/** @returns false if the command ended first, or nothing more is to be killed */
async function killWhenDue(
  kill: Kill,
  sweep: WatchedSweep,
  mark: string,
  dataDir: string,
  stop: AbortSignal | undefined,
): Promise<boolean> {
  const isStopped = (): boolean => stop?.aborted === true;
  let since: number | undefined;
  for (; !sweep.ended && !isStopped(); await sleep(POLL_MS)) {
    if (since === undefined && kill.from === 'training' && childrenOf(sweep, mark, dataDir).length === 0)
      continue;
    since ??= performance.now();
    if (performance.now() - since < kill.afterMs) continue;
    const pid = victimOf(kill, sweep, mark, dataDir);
    if (pid === undefined) continue;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      // The process has already ended.
    }
  }
  return false;
}

function victimOf(
  { victim, which }: Kill,
  sweep: WatchedSweep,
  mark: string,
  dataDir: string,
): number | undefined {
  switch (victim) {
    case 'command':
      return sweep.process.pid;
    case 'server':
      return postmasterOf(dataDir);
    case 'child': {
      const children = childrenOf(sweep, mark, dataDir);
      return children[Math.floor(which * children.length)]?.pid;
    }
  }
}

/** The worker processes of a command. */
function childrenOf(sweep: WatchedSweep, mark: string, dataDir: string): Process[] {
  return processesOf(mark, dataDir).filter(
    ({ kind, parent }) => kind === 'worker' && parent === sweep.process.pid,
  );
}

/** @param killed processes of a command that were killed, other than itself */
function misbehaviour(
  code: number | null | 'hangs',
  stderr: string,
  killed: readonly Kill['victim'][],
): string[] {
  if (killed.includes('command')) return [];
  const found: string[] = [];
  const expected = killed.length === 0 ? [0] : [0, 1];
  if (typeof code !== 'number' || !expected.includes(code)) {
    found.push(
      `the command, under which was killed: ${killed.join(', ') || 'nothing'}, ended with ${code}:\n${stderr}`,
    );
  }
  // An `error` ends the command. If only a run failed, and the server died afterwards, the run is named instead.
  if (killed.includes('server') && code === 1 && !/(error |failed \()(db|run)\.[a-z-]+/.test(stderr)) {
    found.push(`the command ended without saying what was wrong:\n${stderr}`);
  }
  if (/^ +at /m.test(stderr)) found.push(`the command ended with an error that nobody expected:\n${stderr}`);
  return found;
}

/** Processes left over after the sweep: all but one server and its children. */
async function strangers(mark: string, dataDir: string): Promise<string[]> {
  const deadline = performance.now() + ORPHAN_MS;
  for (;;) {
    const postmaster = postmasterOf(dataDir);
    const found = processesOf(mark, dataDir).filter(
      ({ pid, parent, kind }) => kind !== 'server' || (pid !== postmaster && parent !== postmaster),
    );
    if (found.length === 0) return [];
    if (performance.now() > deadline)
      return found.map(({ pid, kind }) => `process ${pid} (${kind}) was left behind`);
    await sleep(100);
  }
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
