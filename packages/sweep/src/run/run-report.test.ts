import { expect, test } from 'vitest';
import { RunLog } from './run-log.ts';
import { RunReport } from './run-report.ts';
import { StepClock } from './step-clock.ts';

test('a log keeps its last lines within a bound, and counts those that it drops', () => {
  const log = new RunLog();
  for (let line = 0; line < 3000; line++) log.add('output', `line ${line} ${'x'.repeat(100)}`);
  const { lines, cut } = log.report;
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  expect(characters).toBeLessThanOrEqual(64_000);
  expect(characters).toBeGreaterThan(60_000);
  expect(lines.at(-1)!.text).toMatch(/^line 2999 /);
  expect(lines[0]!.text).toMatch(new RegExp(`^line ${cut} `));
  const short = new RunLog();
  for (let line = 0; line < 3000; line++) short.add('output', '');
  expect(short.report).toMatchObject({ cut: 2000 });
});

test('a line loses its colours and what was overwritten, and a long one its end', () => {
  const log = new RunLog();
  log.add('error', '\u001B[31mred\u001B[39m');
  log.add('output', '10 %\r20 %\r100 %\r');
  log.add('output', 'y'.repeat(5000));
  expect(log.report.lines.map(({ text }) => text.replace(/y{2000}/, 'all of y'))).toEqual([
    'red',
    '100 %',
    'all of y… (3000 more characters)',
  ]);
});

test('a clock keeps the ends of a long run, and repeats no step', () => {
  const clock = new StepClock(0);
  clock.reached(0, 100);
  for (let step = 1; step <= 100_000; step++) clock.reached(step, 100 + step);
  clock.reached(100_000, 1e9);
  const { steps, seconds } = clock.report;
  expect(steps.length).toBeGreaterThan(100);
  expect(steps.length).toBeLessThanOrEqual(256);
  expect([steps[0], seconds[0]]).toEqual([0, 0.1]);
  expect(steps.every((step, index) => Object.is(seconds[index], (100 + step) / 1000))).toBe(true);
  clock.rewind(50, 2e9);
  expect(clock.report).toEqual({ steps: [0, 50], seconds: [0.1, 2e6] });
});

test('a report is stored at most every five seconds', () => {
  const report = new RunReport();
  report.print('hello', 'output');
  expect(report.due(1000).log!.lines).toMatchObject([{ from: 'output', text: 'hello' }]);
  expect(report.due(5999)).toEqual({});
  expect(report.due(6000).log!.lines).toHaveLength(1);
});

test('the log of a run that an error stopped has the error', () => {
  const report = new RunReport();
  const error = { code: 'store.no-permission', message: 'may not write' } as const;
  report.end({ status: 'interrupted', step: 7, end: { reason: 'preempted', error } });
  expect(report.all.log!.lines.map(({ from, text }) => [from, text])).toEqual([
    ['run', 'Stopped at step 7.'],
    ['error', 'may not write (store.no-permission)'],
  ]);
});
