import { PassThrough } from 'node:stream';
import { dataOption } from '@sae-lab/command-line';
import { describe, expect, it } from 'vitest';
import { dashboardCommand } from './dashboard-command.ts';
import type { RunLabel, SweepCounts, SweepEvent } from './events.ts';
import { failureSummary } from './failure-summary.ts';
import { plainProgress } from './plain-progress.ts';
import { summary } from './summary.ts';
import { trackSweep } from './sweep-progress.ts';
import { terminalProgress } from './terminal-progress.ts';

const labelOf = (hash: string): RunLabel => ({
  runId: 1,
  runHash: hash,
  variant: 'topk',
  coefficient: `k=${hash}`,
  hook: 'h',
  width: 8,
  seed: 0,
});
const started = (toRun: number): SweepEvent => ({
  type: 'sweep.started',
  sweepId: 1,
  name: 's',
  runs: 10,
  toRun,
  dataDir: '/d',
});
const progress = (hash: string, step: number): SweepEvent => ({
  type: 'run.progress',
  ...labelOf(hash),
  step,
  totalSteps: 100,
  tokensPerSecond: 2000,
  secondsLeft: 1,
});
const extracted: SweepEvent = { type: 'activations.finished', hooks: ['h'], seconds: 1.25 };
const finished = (hash: string): SweepEvent => ({
  type: 'run.finished',
  ...labelOf(hash),
  seconds: 2,
  figures: { l0: 4, explained_variance: 0.86772, dead_fraction: 0 },
  sae: { folder: `/d/runs/${hash}/sae` },
});
const skipped = (hash: string): SweepEvent => ({ type: 'run.skipped', ...labelOf(hash), sae: null });
const interrupted = (hash: string): SweepEvent => ({ type: 'run.interrupted', ...labelOf(hash), step: 50 });
const diverged = (hash: string, problem: string, fix: string, earlier = false): SweepEvent => ({
  type: 'run.diverged',
  ...labelOf(hash),
  step: 3,
  earlier,
  error: { code: 'run.diverged', message: `f: ${problem}. ${fix}`, details: { problem, field: 'f', fix } },
});

describe('trackSweep', () => {
  it('counts finished runs and the progress of the others', () => {
    let time = 0;
    const sweep = trackSweep(() => time);
    for (const event of [started(4), skipped('z'), diverged('y', 'p', 'f', true), extracted])
      sweep.add(event);
    expect(sweep).toMatchObject({ total: 4, done: 0, runsDone: 0, secondsLeft: null });
    time = 10_000;
    for (const event of [finished('a'), progress('b', 50), progress('c', 50)]) sweep.add(event);
    expect(sweep).toMatchObject({ done: 1, runsDone: 2, tokensPerSecond: 4000, secondsLeft: 10 });
    // It waits for activations.
    sweep.add({ type: 'run.paused', ...labelOf('b'), step: 50 });
    expect(sweep).toMatchObject({ runsDone: 2, tokensPerSecond: 2000 });
    for (const event of [interrupted('b'), interrupted('c')]) sweep.add(event);
    expect(sweep).toMatchObject({ done: 1, interrupted: 2, runsDone: 2, tokensPerSecond: 0 });
    const large = trackSweep(() => time);
    for (const event of [started(1000), extracted, progress('a', 10)]) large.add(event);
    time = 20_000;
    // The first step took a while, which says nothing of the next thousand runs.
    expect(large.secondsLeft).toBeNull();
    // Finished by another process.
    sweep.add(skipped('d'));
    expect(sweep.done).toBe(2);
  });

  it('estimates the time left of a sweep that workers train from their first run on', () => {
    let time = 0;
    const sweep = trackSweep(() => time);
    sweep.add(started(2));
    time = 60_000;
    sweep.add({ type: 'run.started', ...labelOf('a') });
    time = 70_000;
    sweep.add(progress('a', 50));
    expect(sweep.secondsLeft).toBe(30);
  });
});

/** The lines that a terminal shows after it was sent a text, for the codes that the bars use. */
function screenAfter(sent: string): string[] {
  const lines = [''];
  let [row, column] = [0, 0];
  // oxlint-disable-next-line no-control-regex -- it reads terminal codes
  for (const [token] of sent.matchAll(/\u001B\[\??\d*[A-Za-z]|[^]/g)) {
    if (token === '\n') {
      row += 1;
      column = 0;
      lines[row] ??= '';
    } else if (token.endsWith('A') && token.length > 1) row -= Number(token.slice(2, -1));
    else if (token === '\u001B[1G') column = 0;
    else if (token === '\u001B[0K') lines[row] = lines[row]!.slice(0, column);
    else if (token === '\u001B[0J') lines.splice(row, Infinity, lines[row]!.slice(0, column));
    else if (token.length === 1) {
      lines[row] = lines[row]!.slice(0, column) + token + lines[row]!.slice(column + 1);
      column += 1;
    }
  }
  return lines.filter((line) => line !== '');
}

describe('terminalProgress', () => {
  it('shows what is left at the end of a stopped sweep, without estimates of what did not finish', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
    const reporter = terminalProgress(terminal);
    for (const event of [started(4), extracted, finished('a'), progress('b', 50), interrupted('b')])
      reporter.report(event);
    reporter.report({ type: 'activations.started', hooks: ['h'] });
    reporter.report({
      type: 'activations.progress',
      documents: 1,
      tokens: 9,
      rows: 9,
      tokensPerSecond: 1,
      secondsLeft: 9,
    });
    reporter.report({ type: 'run.started', ...labelOf('c') });
    const counts = { finished: 1, skipped: 0, failed: 0, diverged: 0, interrupted: 1, cancelled: 0 };
    reporter.report({ type: 'sweep.finished', sweepId: 1, runs: 4, seconds: 1, ...counts });
    reporter.close();
    expect(screenAfter(String(terminal.read()))).toEqual([
      expect.stringMatching(/^sweep .* 37 % \| 1\/4 runs, 1 interrupted$/),
    ]);
  });
});

describe('plainProgress', () => {
  it('writes short lines without terminal codes', () => {
    let text = '';
    let time = 0;
    const reporter = plainProgress({ write: (written) => (text += written) }, () => time);
    reporter.report(started(2));
    const store = { type: 'activations.store', reason: 'asked' } as const;
    reporter.report({ ...store, store: 'cache' });
    reporter.report({ ...store, store: 'cache', windowRows: 500 });
    reporter.report({ ...store, store: 'stream', windowRows: 500, ringWindows: 2 });
    reporter.report({ type: 'activations.started', hooks: ['h'] });
    reporter.report(extracted);
    for (time of [1000, 1500, 5999, 6000]) reporter.report(progress('a', 50));
    reporter.report({ type: 'worker.output', line: 'printed' });
    reporter.report(finished('a'));
    reporter.report(interrupted('b'));
    reporter.report({
      type: 'sweep.finished',
      sweepId: 1,
      runs: 10,
      seconds: 7.04,
      finished: 1,
      skipped: 8,
      failed: 0,
      diverged: 0,
      interrupted: 1,
      cancelled: 0,
    });
    expect(text.split('\n')).toEqual([
      'sweep s: 2 of 10 runs to train',
      'activations: cache (asked)',
      'activations: cache in the order of a stream with windows of 500 rows (asked)',
      'activations: stream in windows of 500 rows, at most 3 of each hook on disk (asked)',
      'activations: h',
      'activations: done in 1.3 s',
      '[0/2] 2.0k tokens/s, 0:03 left',
      '[0/2] 2.0k tokens/s, 0:18 left',
      'printed',
      '[1/2] topk k=a, h, width 8, seed 0: finished, L0 4.0, explained variance 0.8677, dead latents 0.0 %, 2.0 s',
      '[1/2] topk k=b, h, width 8, seed 0: interrupted at step 50',
      'done in 7.0 s',
      '',
    ]);
  });

  it('escapes terminal codes in names and messages', () => {
    let text = '';
    const reporter = plainProgress({ write: (written) => (text += written) });
    const strange = { ...labelOf('a'), hook: 'h\n\u001b[2J' };
    reporter.report({ ...started(1), name: 'a\nb' } as SweepEvent);
    reporter.report({ type: 'activations.started', hooks: [strange.hook] });
    reporter.report({ type: 'run.warning', ...strange, message: 'red \u001b[31m' });
    reporter.report({ type: 'run.interrupted', ...strange, step: 1 });
    expect(text.split('\n')).toEqual([
      'sweep a\\nb: 1 of 10 runs to train',
      'activations: h\\n\\u001b[2J',
      'topk k=a, h\\n\\u001b[2J, width 8, seed 0: red \\u001b[31m',
      '[0/1] topk k=a, h\\n\\u001b[2J, width 8, seed 0: interrupted at step 1',
      '',
    ]);
  });
});

describe('summary', () => {
  const none: SweepCounts = { finished: 0, skipped: 0, failed: 0, diverged: 0, interrupted: 0, cancelled: 0 };

  it('names a folder only if there are SAEs', () => {
    expect(summary({ ...none, diverged: 10 }, [])).toBe(`10 diverged.`);
    expect(summary({ ...none, skipped: 1 }, [{ folder: '/d/runs/a/sae' }])).toBe(
      `Nothing to do: 1 finished earlier. The SAEs are in /d/runs/<run>/sae.`,
    );
  });

  it('names every folder, and the machine if it is not this one', () => {
    const saes = [
      { folder: '/d/runs/a/sae' },
      { folder: '/d/runs/b/sae' },
      { folder: '/d/runs/c/sae', host: 'far' },
      null,
    ];
    expect(summary({ ...none, finished: 1, skipped: 3 }, saes)).toBe(
      '1 finished, 3 finished earlier. The SAEs are in /d/runs/<run>/sae (2) and /d/runs/<run>/sae on far (1). ' +
        `The files of 1 run are missing.`,
    );
  });

  it('counts the runs that a stopped sweep did not get to, and says how to continue', () => {
    expect(summary({ ...none, interrupted: 2, cancelled: 0 }, [], { queued: 13 })).toBe(
      `2 interrupted, 13 queued.\nRun the same command again to continue.`,
    );
    expect(summary(none, [], { queued: 1 })).toMatch(/^1 queued\.\nRun the same command/);
    expect(summary(none, [], { running: 1, waiting: 2 })).toBe(
      '1 running, 2 waiting.\nWorkers train the others. Run the same command again to watch.',
    );
  });

  it('names the data folder that the dashboard should show, unless it is the usual one', () => {
    expect(dashboardCommand(dataOption.read(undefined, ''))).toBe('pnpm dashboard');
    expect(dashboardCommand('/d/lab-2')).toBe('pnpm dashboard --data /d/lab-2');
    expect(dashboardCommand("/d/my lab's")).toBe(String.raw`pnpm dashboard --data '/d/my lab'\''s'`);
  });
});

describe('failureSummary', () => {
  it('prints each fix and reason once, and names a few of many runs', () => {
    const hashes = Array.from({ length: 8 }, (_, i) => String(i));
    const events = [
      ...hashes.map((hash) => diverged(hash, 'the loss is NaN', 'Lower the learning rate.')),
      diverged('x', 'it exploded', 'Lower the learning rate.'),
      diverged('y', 'it exploded', 'Lower the learning rate.', true),
    ];
    expect(failureSummary(events, false).split('\n')).toEqual([
      ...hashes.slice(0, 5).map((hash) => `topk k=${hash}, h, width 8, seed 0: diverged (run.diverged)`),
      'and 3 more that diverged (run.diverged)',
      '  f: the loss is NaN',
      'topk k=x, h, width 8, seed 0: diverged (run.diverged)',
      'topk k=y, h, width 8, seed 0: diverged earlier (run.diverged)',
      '  f: it exploded',
      '  Lower the learning rate.',
      'A diverged run would diverge again. Use --only-failed to retry it anyway.',
    ]);
  });

  it('counts failures with further fixes, and escapes terminal codes', () => {
    const events = Array.from({ length: 12 }, (_, i) => diverged(`${i}`, 'red \u001b[31m', `Advice ${i}.`));
    const lines = failureSummary(events, false).split('\n');
    expect(lines.filter((line) => line.startsWith('  Advice'))).toHaveLength(5);
    expect(lines.at(-2)).toBe('and 7 more, for other reasons');
    expect(lines).toContain('  f: red \\u001b[31m');
  });
});
